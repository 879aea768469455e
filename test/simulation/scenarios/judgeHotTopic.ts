import type { Row } from '../../../core/ports.ts';
import type { Answered, Asked, Explored } from './hotTopic.ts';

interface Frame {
  readonly seq: number;
  readonly from: string;
  readonly payload: {
    readonly doctorId?: string;
    readonly appointments?: readonly { readonly at: string }[];
    readonly alertId?: string;
  };
}

/** What is wrong with a run, each as a sentence. */
export function judgeHotTopic({ asked, answered, rows, unserved, faults }: Explored): readonly string[] {
  const frames = rowsOf(rows, 'LOG#').map(({ frame }) => JSON.parse(String(frame)) as Frame);
  const wrong = [...numbers(rows, frames), ...boards(frames)];
  for (const request of asked) {
    const own = frames.filter(({ from }) => from === request.user);
    const answers = answered.filter(({ user }) => user === request.user);
    wrong.push(...once(request, own, answers), ...told(request, own, answers));
    // A transaction that was made, was not answered, and met a conflict when it was asked again, is found as a repeat.
    if (faults === 0) wrong.push(...repeated(request, answers));
  }
  if (faults === 0) {
    const refused = answered.filter(({ payload }) => payload.retryable);
    wrong.push(...refused.map(({ user }) => `${user} was refused without need`));
    const left = rowsOf(rows, 'WAIT#').filter(({ sk }) => !sk.startsWith('CALL#'));
    wrong.push(...left.map(({ sk }) => `${sk} was left behind`));
  }
  if (faults < 0.02) wrong.push(...unserved.map((user) => `${user} was never answered`));
  return wrong;
}

const rowsOf = (rows: readonly Row[], prefix: string) => rows.filter(({ pk }) => pk.startsWith(prefix));

function numbers(rows: readonly Row[], frames: readonly Frame[]): string[] {
  const heads = rowsOf(rows, 'HEAD#');
  const reached = Math.max(0, ...heads.map(({ seq }) => Number(seq)));
  const seqs = frames.map(({ seq }) => seq).sort((a, b) => a - b);
  const isGapless = seqs.length === reached && seqs.every((seq, at) => seq === at + 1);
  return isGapless ? [] : [`the head is at ${reached}, the log has ${seqs.join(' ')}`];
}

/** No time of a doctor is given twice, also not in between. */
function boards(frames: readonly Frame[]): string[] {
  return frames.flatMap(({ seq, payload }) => {
    const times = (payload.appointments ?? []).map(({ at }) => at);
    return new Set(times).size === times.length ? [] : [`a time is given twice in ${seq}`];
  });
}

function once({ user }: Asked, own: readonly Frame[], answers: readonly Answered[]): string[] {
  const acks = answers.filter(({ type, payload }) => type === 'ack' && !payload.dup);
  return [
    ...(own.length > 1 ? [`${user} was done ${own.length} times`] : []),
    ...(acks.length > 1 ? [`${user} was answered as the first ${acks.length} times`] : []),
  ];
}

function repeated({ user, twice }: Asked, answers: readonly Answered[]): string[] {
  return answers.flatMap(({ payload, times }) =>
    payload.dup && times === 1 && !twice ? [`${user} was told of a repeat at once`] : [],
  );
}

function told({ user, twice }: Asked, own: readonly Frame[], answers: readonly Answered[]): string[] {
  return answers.flatMap(({ type, payload }) => {
    const { seq, already, retryable, code, alertId } = payload;
    if (type === 'ack') {
      const isThere = already || own.some((frame) => frame.seq === seq);
      const sameAlert = already || own.every((frame) => frame.payload.alertId === alertId);
      return [
        ...(isThere ? [] : [`${user} was acknowledged and is not at ${seq}`]),
        ...(sameAlert ? [] : [`${user} was told of another alert`]),
      ];
    }
    const isFinal = !retryable && code !== 'internal';
    // Of one that was sent twice at once, the other may succeed later.
    return isFinal && !twice && own.length > 0 ? [`${user} was refused (${code}) and done`] : [];
  });
}
