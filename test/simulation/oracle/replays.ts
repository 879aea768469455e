import { readAnswers } from './answers.ts';
import { type Ask, type Case, type Fields, type Findings, homeOf, once, type Violation } from './evidence.ts';

/** A frame of the server's has to fit into one of API Gateway's. */
const maxBytes = 32_000;

/** What was acknowledged of a topic's life, and when that was heard. */
interface Acknowledged {
  readonly heardAt: number;
  readonly seq: number;
}

/** By the epoch, which no two topics share. */
type Known = ReadonlyMap<unknown, readonly Acknowledged[]>;

/**
 * Whoever asks for a topic is brought to where it stands (I1): past everything that was acknowledged before it
 * asked, or it is told that there is more. Who is told so gets on by it, and is not told so at the end of the log.
 */
export function judgeReplays(of: Case): Findings {
  const answersIn = readAnswers(of);
  const acknowledged = readAcknowledged(of);
  const violations: Violation[] = [];
  let judged = 0;
  for (const got of of.gots) {
    if (Buffer.byteLength(got.text) > maxBytes) {
      const what = `${got.device} got ${got.text.length} characters, more than a frame holds`;
      violations.push({ invariant: 'I1', what, at: got.at });
    }
    for (const { ask, who, wire, since, answer } of answersIn(got)) {
      const home = homeOf(who, wire);
      const events = answer.events as object[] | undefined;
      if (answer.more === true && events?.length) judged++;
      const wrong = answer.more
        ? pageIsWrong(of, home, since, answer, ask.action)
        : isBehind(acknowledged, positionsIn(of, [home, since], answer, ask), ask);
      if (wrong) violations.push({ invariant: 'I1', what: `${got.device} ${wire}: ${wrong}`, at: got.at });
    }
  }
  return { violations, exercised: { 'replays with more': judged } };
}

/** What an answer should have brought and did not. */
function isBehind(known: Known, positions: readonly Fields[], { at }: Ask): string | undefined {
  for (const { epoch, seq } of positions) {
    const missed = known.get(epoch)?.find((one) => one.heardAt < at && one.seq > Number(seq));
    if (missed) return `${epoch} stood at ${missed.seq} and was given up to ${seq}, with no more to come`;
  }
  return undefined;
}

/** Where an answer says that things stand. All clients are told of together, and who is not there has no events. */
function positionsIn(
  of: Case,
  [home, since]: [string, Fields | undefined],
  { snapshot, ...answer }: Fields,
  ask: Ask,
) {
  if (!home.endsWith('client:*')) return [answer];
  const { clients, cursor } = (snapshot ?? {}) as { clients?: readonly Fields[]; cursor?: string };
  if (!clients || since || cursor || ask.payload.cursor) return clients ?? [];
  const listed = new Set(clients.map(({ epoch }) => epoch));
  return [...clients, ...headsOfClients(of, home).filter(({ epoch }) => !listed.has(epoch))];
}

/** Where all clients of a tenant began. */
const headsOfClients = ({ topics }: Case, home: string) =>
  [...topics.values()].flatMap(({ name, head }) =>
    name.startsWith(home.slice(0, -1)) && head ? [{ epoch: head.epoch, seq: 0 }] : [],
  );

/** What has no room in the answer to `hello` is left to a `subscribe`; that one has room for an event at least. */
function pageIsWrong(of: Case, home: string, since: Fields | undefined, answer: Fields, action: string) {
  const head = of.topics.get(home)?.head;
  if (answer.events && answer.epoch === head?.epoch && Number(answer.seq) >= Number(head?.seq))
    return `was told at ${answer.seq} that there is more, and there never was`;
  const isStuck = action === 'subscribe' && !(Number(answer.seq) > Number(since?.seq));
  return isStuck ? `asked from ${since?.seq}, and was told to ask from ${answer.seq}` : undefined;
}

/** What was acknowledged, by the epoch. */
export const readAcknowledged = once(({ asks, gots }: Case): Known => {
  const asked = new Set(asks.map(({ device, ref }) => `${device} ${ref}`));
  const found = new Map<unknown, Acknowledged[]>();
  for (const { device, frame, at: heardAt } of gots) {
    const { epoch, seq } = (frame.payload ?? {}) as Fields;
    if (frame.type !== 'ack' || seq === undefined || !asked.has(`${device} ${frame.ref}`)) continue;
    const known = found.get(epoch) ?? [];
    known.push({ heardAt, seq: Number(seq) });
    found.set(epoch, known);
  }
  return found;
});
