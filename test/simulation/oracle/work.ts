import {
  type Answered,
  answersTo,
  type Case,
  canonical,
  type Event,
  type Fields,
  type Findings,
  type Got,
  type Logged,
  type Row,
  readTopics,
  type Topic,
  topicsOf,
  type Violation,
} from './evidence.ts';

/**
 * Whatever was taken on ends once, as it is shown to whoever asks (I16): a job in one `job.result`, a question in
 * one `stream.start` and one `stream.end` after it. It is judged when all is over: a job whose message was lost is
 * looked for after 2 minutes, then 4, then 8 up to an hour.
 */
export function judgeWork(of: Case): Findings {
  const topics = readTopics(of.atEnd);
  return { violations: [...jobs(of, topics), ...streams(of, topics)] };
}

const wrong = (what: string, at?: number): Violation => ({
  invariant: 'I16',
  what,
  ...(at !== undefined && { at }),
});

interface Work {
  readonly tenant: string;
  readonly id: string;
  readonly row: Row;
}

function rowsOf(rows: readonly Row[], kind: string): Map<string, Work> {
  const found = new Map<string, Work>();
  for (const row of rows) {
    const [of, tenant = '', id = ''] = row.pk.split('#').map(decodeURIComponent);
    if (of === kind) found.set(`${tenant} ${id}`, { tenant, id, row });
  }
  return found;
}

/** The events of one type of all topics of a kind, by the tenant and the id of the work that they are about. */
function eventsAbout(
  topics: ReadonlyMap<string, Topic>,
  [kind, type, field]: readonly [string, string, string],
): Map<string, { owner: string; logged: Logged }[]> {
  const found = new Map<string, { owner: string; logged: Logged }[]>();
  for (const { topic, tenant, id: owner } of topicsOf(topics, kind)) {
    for (const logged of [...topic.epochs.values()].flat()) {
      if (logged.event.type !== type) continue;
      const name = `${tenant} ${logged.event.payload[field]}`;
      found.set(name, [...(found.get(name) ?? []), { owner, logged }]);
    }
  }
  return found;
}

function* jobs(of: Case, topics: ReadonlyMap<string, Topic>): Generator<Violation> {
  const rows = rowsOf(of.atEnd, 'JOB');
  const results = eventsAbout(topics, ['user', 'job.result', 'jobId']);
  for (const [name, { row }] of rows) {
    const [result, ...more] = results.get(name) ?? [];
    if (!result || more.length > 0) {
      yield wrong(`the job ${name} has ${more.length + (result ? 1 : 0)} results and is ${row.status}`);
    } else if (result.owner !== row.userId || outcomeOf(row) !== outcomeOf(result.logged.event.payload)) {
      yield wrong(`the job ${name} is ${outcomeOf(row)}, and its result ${result.logged.text}`);
    }
  }
  for (const name of results.keys()) if (!rows.has(name)) yield wrong(`there is no job ${name}`);
  for (const { ask, got, who, answer } of answersTo(of, 'job.submit')) {
    const job = rows.get(`${who.tenant} ${answer.jobId}`)?.row;
    const isHis = job?.userId === who.user && job.kind === ask.payload.kind;
    if (!isHis)
      yield wrong(`${ask.ref} was acknowledged as the job ${answer.jobId}, which is not there`, got.at);
    const result = results.get(`${who.tenant} ${answer.jobId}`)?.[0]?.logged;
    if (result && !isWhatWasAsked(ask.payload, result.event.payload))
      yield wrong(`${ask.ref} asked for ${canonical(ask.payload)}, and got ${result.text}`, result.at);
  }
  for (const one of answersTo(of, 'job.get')) {
    const { ask, got, who, answer } = one;
    const result = results.get(`${who.tenant} ${answer.jobId}`)?.[0]?.logged;
    if (!isShownRight(one, result, of.skewMs))
      yield wrong(`${ask.ref} was shown ${canonical(answer)}, and not ${result?.text}`, got.at);
  }
}

/** What the simulated translator makes of the one word that it is given; it knows no other language. */
const hello: Fields = { es: 'hola', it: 'ciao' };

/** A translation is of the text that was asked for, with the mark that only this text has. */
function isWhatWasAsked({ kind, input }: Fields, { status, output }: Fields): boolean {
  if (kind !== 'translate' || status !== 'done') return true;
  const { text, to } = input as Fields;
  const done = output as Fields;
  return done.to === to && done.text === String(text).replace('hello', String(hello[String(to)]));
}

const outcomeOf = ({ kind, status, output, error }: Fields) => canonical({ kind, status, output, error });

function isShownRight({ ask, answer }: Answered, result: Logged | undefined, skewMs: number): boolean {
  const isOver = answer.status === 'done' || answer.status === 'failed';
  if (isOver) return result !== undefined && outcomeOf(answer) === outcomeOf(result.event.payload);
  return !result || result.at > ask.at - skewMs;
}

/** A cancelled answer ends within a second; so much more is forgiven for faults in between. */
const cancelMs = 10_000;

function* streams(of: Case, topics: ReadonlyMap<string, Topic>): Generator<Violation> {
  const rows = rowsOf(of.atEnd, 'STREAM');
  const starts = eventsAbout(topics, ['conversation', 'stream.start', 'streamId']);
  const ends = eventsAbout(topics, ['conversation', 'stream.end', 'streamId']);
  for (const [name, { row }] of rows) {
    const [begun, ended] = [starts.get(name) ?? [], ends.get(name) ?? []];
    const [start, end] = [begun[0], ended[0]];
    if (begun.length !== 1 || ended.length !== 1) {
      yield wrong(
        `the answer ${name} has ${begun.length} starts and ${ended.length} ends, and is ${row.status}`,
      );
    } else if (row.status !== 'ended' || start?.owner !== row.conversationId || end?.owner !== start?.owner) {
      yield wrong(`the answer ${name} is ${row.status} in ${row.conversationId}, and ended in ${end?.owner}`);
    } else if (start?.logged.event.payload.text !== row.text) {
      yield wrong(`the answer ${name} is to “${row.text}”, and began with ${start?.logged.text}`);
    }
  }
  for (const name of [...starts.keys(), ...ends.keys()]) {
    if (!rows.has(name)) yield wrong(`there is no answer ${name}`);
  }
  for (const { topic } of topicsOf(topics, 'conversation')) {
    for (const rowsOfLife of topic.epochs.values()) yield* outOfTurn(topic.name, rowsOfLife);
  }
  for (const { ask, got, who, answer } of answersTo(of, 'assistant.ask')) {
    const row = rows.get(`${who.tenant} ${answer.streamId}`)?.row;
    if (row?.userId !== who.user || row.text !== ask.payload.text) {
      yield wrong(`${ask.ref} was acknowledged as ${answer.streamId}, which is not there`, got.at);
    }
  }
  for (const { ask, got, who, answer } of answersTo(of, 'assistant.cancel')) {
    const end = ends.get(`${who.tenant} ${answer.streamId}`)?.[0]?.logged;
    const wentOn = end?.event.payload.status === 'complete' && end.at > got.at + of.skewMs + cancelMs;
    if (wentOn) yield wrong(`${ask.ref} cancelled ${answer.streamId}, which went on`, got.at);
  }
  for (const { pk, streamId } of of.atEnd) {
    if (!pk.startsWith('ASKING#')) continue;
    yield wrong(`${pk} still waits for ${streamId}: nobody can ask there any more`);
  }
  yield* strayPieces(of.gots, ends);
}

/**
 * A conversation takes one question at a time. The simulated model begins by saying how many turns it was told of,
 * and repeats the question: an answer that failed or was cancelled may be empty, but says nothing else.
 */
function* outOfTurn(name: string, rows: readonly Logged[]): Generator<Violation> {
  let underWay: Event | undefined;
  let turns = 0;
  for (const { event } of rows) {
    const { streamId, status, text } = event.payload;
    const isStart = event.type === 'stream.start';
    const fits = isStart ? !underWay : underWay?.payload.streamId === streamId;
    if (!fits)
      yield wrong(`${name} ${event.seq}: ${event.type} after ${underWay?.payload.streamId ?? 'an end'}`);
    const begins = `${turns - 1} turns before “${underWay?.payload.text}”: `;
    const isAnswer = String(text).startsWith(begins) || (text === '' && status !== 'complete');
    if (!isStart && !isAnswer) yield wrong(`${name} ${event.seq} answers “${text}”, and not “${begins}…”`);
    if (text !== '') turns++;
    underWay = isStart ? event : undefined;
  }
}

/** A piece that somebody got is in the whole answer; one whose function died lacks what it had not written down. */
function* strayPieces(
  gots: readonly Got[],
  ends: ReadonlyMap<string, readonly { logged: Logged }[]>,
): Generator<Violation> {
  const texts = new Map<unknown, string>();
  for (const [{ logged } = { logged: undefined }] of ends.values()) {
    const { streamId, status, text } = (logged?.event.payload ?? {}) as Fields;
    if (status === 'complete') texts.set(streamId, String(text));
  }
  for (const { device, frame, at } of gots) {
    if (frame.type !== 'stream.delta') continue;
    const { streamId, delta } = frame.payload as Fields;
    const whole = texts.get(streamId);
    if (whole !== undefined && !whole.includes(String(delta))) {
      yield wrong(`${device} got “${delta}” of ${streamId}, which ended without it`, at);
    }
  }
}
