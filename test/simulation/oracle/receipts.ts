import { readAnswers } from './answers.ts';
import {
  type Case,
  type Event,
  type Fields,
  type Findings,
  type Harm,
  homeOf,
  type Logged,
  loggedAt,
  type Violation,
  wireTopics,
} from './evidence.ts';
import { judgeLast } from './history.ts';
import { judgeSnapshot } from './snapshots.ts';

interface Position {
  readonly epoch: string;
  readonly seq: number;
}

/**
 * Each device was given every event of what it follows, once and in order, or was told to begin anew; and it was
 * only told so when there was no other way (I1, I2, I11). Snapshots are what the log up to their place adds up to.
 */
export function judgeReceipts(of: Case): Findings {
  const { positions, violations } = followDeliveries(of);
  return {
    violations: [...violations, ...leftAtRest(of, positions), ...wrongAnswers(of), ...wrongEpochs(of)],
  };
}

function followDeliveries(of: Case): Findings & { positions: ReadonlyMap<string, Position> } {
  const positions = new Map<string, Position>();
  const violations: Violation[] = [];
  /** What pages that keep their positions, and were loaded again, have to come back to. */
  const owed = new Set<string>();
  for (const { t, k, d, topic, epoch, seq, id, payload, keeps } of of.lines) {
    if (k === 'reload') {
      for (const name of positions.keys()) {
        if (!name.startsWith(`${d} `)) continue;
        if (keeps) owed.add(name);
        else positions.delete(name);
      }
    }
    if (k !== 'reset' && k !== 'deliver' && k !== 'restored') continue;
    const name = `${d} ${topic}`;
    const before = positions.get(name);
    positions.set(name, { epoch: String(epoch), seq: Number(seq) });
    const wrong = (harm: Harm, what: string) =>
      violations.push({ invariant: 'I2', harm, what: `${name} ${epoch} ${seq}: ${what}`, at: t });
    const isOwed = owed.delete(name);
    if (k === 'restored') {
      if (before?.epoch !== epoch || before?.seq !== seq)
        wrong('misordered', `kept, where ${before?.epoch} ${before?.seq} was given`);
      continue;
    }
    if (isOwed) wrong('doubled', `begins anew, though ${before?.epoch} ${before?.seq} was to be kept`);
    if (k === 'reset') continue;
    const expected = before && before.epoch === epoch ? before.seq + 1 : 1;
    if (Number(seq) < expected) wrong('doubled', `given again, after ${before?.seq}`);
    if (Number(seq) > expected) wrong('misordered', `given after ${before?.epoch} ${before?.seq}`);
    if (before && before.epoch !== epoch) wrong('misordered', 'given in another epoch without a word');
    const owner = of.owners.get(String(d));
    const logged = owner && loggedAt(of.topics, homeOf(owner, String(topic)), epoch, seq);
    if (!logged || !isOf(logged, id, payload)) wrong('lost', 'given and never committed so');
  }
  return { positions, violations };
}

/** A topic begins anew only where its head was taken away; whoever follows it has to throw away all that it has. */
function* wrongEpochs({ topics, lines }: Case): Generator<Violation> {
  const swept = lines.filter(({ k }) => k === 'swept').map(({ tenant, topic }) => `${tenant}/${topic}`);
  for (const { name, head, epochs } of topics.values()) {
    const begun = new Set([...epochs.keys(), ...(head ? [head.epoch] : [])]).size;
    const max = 1 + swept.filter((one) => one === name).length;
    if (begun <= max) continue;
    yield { invariant: 'I11', what: `${name} began ${begun} times, where ${max} would do` };
  }
}

/** What somebody said in a room, they have from their own request, and without an id. */
const isOf = ({ event }: Logged, id: unknown, payload: unknown) =>
  id === undefined ? event.payload.body === (payload as Fields).body : event.id === id;

/** With the faults over and everybody quiet, whoever is connected has everything. */
function* leftAtRest(of: Case, positions: ReadonlyMap<string, Position>): Generator<Violation> {
  const rest = of.lines.find(({ k }) => k === 'rest');
  for (const { d, ready, topics, unanswered } of (rest?.devices ?? []) as Fields[]) {
    if (unanswered !== 0 && ready) {
      yield { invariant: 'I10', what: `${d} has ${unanswered} requests without an answer` };
    }
    const owner = of.owners.get(String(d));
    if (!ready || !owner) continue;
    for (const wire of wireTopics(of, owner.tenant, topics as string[])) {
      const head = of.topics.get(homeOf(owner, wire))?.head;
      if (!head || head.seq === 0) continue;
      const position = positions.get(`${d} ${wire}`);
      const has = position?.epoch === head.epoch ? position.seq : 0;
      if (has >= head.seq) continue;
      const what = `${d} stands at ${has} of ${wire}, which stands at ${head.seq} (${head.epoch})`;
      yield { invariant: 'I1', harm: 'lost', events: head.seq - has, what };
    }
  }
}

function* wrongAnswers(of: Case): Generator<Violation> {
  const answersIn = readAnswers(of);
  for (const got of of.gots) {
    for (const { who, wire, since, last, answer } of answersIn(got)) {
      const home = homeOf(who, wire);
      const wrong =
        last === undefined ? judgeAnswer(of, home, since, answer) : judgeLast(of, home, Number(last), answer);
      if (!wrong) continue;
      yield { invariant: 'I1', harm: 'lost', what: `${got.device} ${wire}: ${wrong}`, at: got.at };
    }
  }
}

/** @returns what is wrong with the answer that brings a client up to date. */
function judgeAnswer(of: Case, home: string, since: Fields | undefined, answer: Fields): string | undefined {
  if (home.endsWith('client:*')) {
    const { clients = [] } = (answer.snapshot ?? {}) as { clients?: Fields[] };
    const tenant = home.split('/')[0];
    for (const entry of clients) {
      const wrong = judgeSnapshot(of, `${tenant}/client:${entry.clientId}`, entry, entry);
      if (wrong) return wrong;
    }
    return undefined;
  }
  const { epoch, seq, recovered, snapshot, events, more } = answer;
  if (home.endsWith(':*')) return snapshot || events || recovered ? 'shows what it has not' : undefined;
  if (!recovered) {
    if (events) return 'brought events that nobody asked for';
    if (since?.epoch === epoch && !more) return `not recovered from ${since?.seq}, though all is kept`;
    return snapshot ? judgeSnapshot(of, home, { epoch, seq }, snapshot as Fields) : undefined;
  }
  // Where there is more to come it is ahead of the events, so that it can be shown before them.
  const wrong = snapshot && !more ? judgeSnapshot(of, home, answer, snapshot as Fields) : undefined;
  if (wrong) return wrong;
  if (!snapshot && home.includes('/user:')) return 'recovered without what must be shown first';
  if (!events) return more ? undefined : 'recovered without events';
  const from = Number(since?.seq);
  const missed = events as Event[];
  if (from + missed.length !== seq) return `recovered from ${from} to ${seq} with ${missed.length} events`;
  const stranger = missed.find(
    (event, index) =>
      event.seq !== from + index + 1 ||
      loggedAt(of.topics, home, epoch, event.seq)?.text !== JSON.stringify(event),
  );
  return stranger && `recovered with ${JSON.stringify(stranger)}`;
}
