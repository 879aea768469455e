import { type Case, collectionOf, type Event, type Line } from './evidence.ts';
import { failedRuns } from './requests.ts';
import type { Session } from './sessions.ts';

/** Past its end by so much, whoever holds a window counts as dead, and another one may take it over. */
const graceMs = 500;

/** A function that gathers events, for all who asked for batches, until it closes what it holds and sends them. */
interface Holder {
  readonly epoch: unknown;
  /** Where its events begin, as far as it was lowered. */
  from: number;
  readonly run: string;
  readonly openedAt: number;
  /** Until when others may leave events to it. */
  endsAt: number;
  isClosed: boolean;
  /** Who came after its lease, and sends its events too. */
  heir?: Holder;
}

/** What an event may have been left to: nobody, a holder, or one that died, or said that it could not send. */
interface Left {
  readonly to: 'nobody' | 'a holder' | 'a broken one';
  /** When all of these holders were done. */
  readonly sentBy: number;
}

/** By the name of what is gathered: `north/client:c1`, or `north/clients:-` of all topics of a kind. */
function readHolders({
  lines,
  skewMs,
}: Pick<Case, 'lines' | 'skewMs'>): ReadonlyMap<string, readonly Holder[]> {
  const holders = new Map<string, Holder[]>();
  for (const line of lines) {
    if (line.k !== 'window') continue;
    const [, tenant = '', of = ''] = String(line.window).split('#');
    const name = `${decodeURIComponent(tenant)}/${of}`;
    const all = holders.get(name) ?? [];
    holders.set(name, all);
    const before = all.at(-1);
    if (line.by !== undefined) all.push(opened(line, before, skewMs));
    else if (before && line.from !== undefined) before.from = Math.min(before.from, Number(line.from));
    else if (before && line.open === false && !before.isClosed) {
      Object.assign(before, { isClosed: true, endsAt: line.t });
    }
  }
  return holders;
}

function opened({ t, run, epoch, from, until }: Line, before: Holder | undefined, skewMs: number): Holder {
  const holder: Holder = {
    ...{ epoch, from: Number(from), run: String(run), openedAt: t, isClosed: false },
    // By its own clock, and as others read theirs.
    endsAt: Number(until) + graceMs + 2 * skewMs,
  };
  if (before && !before.isClosed) {
    before.endsAt = t;
    if (before.epoch === epoch && holder.from <= before.from) before.heir = holder;
  }
  return holder;
}

/**
 * To whom an event may have been left between two times: its commit, and when its publisher was done. Of its topic, and of
 * all topics of its kind.
 */
export function readWindows(of: Pick<Case, 'lines' | 'skewMs'>) {
  const holders = readHolders(of);
  const failed = failedRuns(of.lines);
  const endedAt = new Map(of.lines.flatMap(({ k, run, t }) => (k === 'run' ? [[String(run), t]] : [])));
  const last = (holder: Holder): Holder => (holder.heir ? last(holder.heir) : holder);
  const isBroken = ({ run, isClosed }: Holder) => !isClosed || failed.has(run);
  const left = (to: readonly Holder[], from: number, until: number): Left => {
    const those = to.filter(({ openedAt, endsAt }) => openedAt <= until && endsAt >= from).map(last);
    const sentBy = Math.max(0, ...those.map(({ run }) => endedAt.get(run) ?? 0));
    if (those.some(isBroken)) return { to: 'a broken one', sentBy };
    return { to: those.length > 0 ? 'a holder' : 'nobody', sentBy };
  };
  return (name: string, event: Event, from: number, until: number): Record<'topic' | 'kind', Left> => {
    const isIn = (holder: Holder) => holder.epoch === event.epoch && holder.from <= event.seq;
    const ofTopic = (holders.get(name) ?? []).filter(isIn);
    const ofKind = holders.get(collectionOf(name).replace(/:\*$/, 's:-')) ?? [];
    return { topic: left(ofTopic, from, until), kind: left(ofKind, from, until) };
  };
}

/**
 * Who follows all topics of a kind as one is sent the events of all of them together. Who asked for the topic, too, may have
 * come to all of them later, or have left them: then it is sent those of either.
 */
export function leftFor(
  { rights, entered }: Session,
  name: string,
  windows: Record<'topic' | 'kind', Left>,
): Left {
  const { topic, kind } = windows;
  const wire = name.slice(name.indexOf('/') + 1);
  const isStaff = rights.some(({ roles }) => roles.includes('msp'));
  const followsAll = entered.has(collectionOf(wire)) || (wire.startsWith('client:') && isStaff);
  if (!followsAll) return topic;
  if (!entered.has(wire)) return kind;
  const to = worstFirst.find((one) => one === topic.to || one === kind.to) ?? 'nobody';
  return { to, sentBy: Math.max(topic.sentBy, kind.sentBy) };
}

const worstFirst: readonly Left['to'][] = ['a broken one', 'a holder'];
