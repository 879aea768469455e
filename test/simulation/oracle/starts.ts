import { readAnswers } from './answers.ts';
import {
  type Case,
  collectionOf,
  type Fields,
  type Findings,
  homeOf,
  type Violation,
  wireTopics,
} from './evidence.ts';
import { judgeSnapshot } from './snapshots.ts';
import { type Behind, readSyncs } from './syncs.ts';

/**
 * A device begins only where an answer that did not recover it told it to, and does not throw away what it has while
 * its epoch lasts, for all is kept (I11); and what it shows when all has come to rest is what the log adds up to (I1).
 */
export function judgeStarts(of: Case): Findings {
  const shown = shownAtRest(of);
  const violations = [...unfoundedStarts(of), ...unheededResyncs(of), ...shown.violations];
  return { violations, exercised: { 'topics judged by what a page shows': shown.judged } };
}

/** So long a client goes on with a topic that its page has left. */
const lingerMs = 1000;

function* unfoundedStarts(of: Case): Generator<Violation> {
  const answersIn = readAnswers(of);
  const syncsIn = readSyncs(of);
  /** What the answers to each device named as places to begin at. */
  const named = new Set<string>();
  /** The epoch in which a device stands on a topic, unless it gave that up. */
  const epochs = new Map<string, unknown>();
  const forgotAt = new Map<string, number>();
  let gotIndex = 0;
  for (const { t, k, d, topic, epoch, seq, keeps } of of.lines) {
    const got = k === 'got' ? of.gots[gotIndex++] : undefined;
    for (const { wire, answer } of got ? answersIn(got) : []) notePlaces(named, String(d), wire, answer);
    for (const { topic: all, asked, behind } of got ? syncsIn(got) : []) {
      // What is named later began after it was followed.
      if (asked.at === 0) noteNamed(named, String(d), all, behind);
    }
    if (k === 'reload') forget(epochs, `${d} `);
    if (k === 'forgot') forgotAt.set(`${d} ${topic}`, t);
    if (k === 'forgot' && !keeps) forget(epochs, `${d} ${String(topic).replace(/\*$/, '')}`);
    if (k !== 'reset' && k !== 'deliver' && k !== 'restored') continue;
    const isKnown = epochs.get(`${d} ${topic}`) === epoch;
    epochs.set(`${d} ${topic}`, epoch);
    // Of all channels those are not named that have no events yet.
    const isFirst = seq === 0 && named.has(`${d} ${collectionOf(String(topic))}`);
    const isNamed = isFirst || named.has(`${d} ${topic} ${epoch} ${seq}`);
    if (k !== 'reset' || (!isKnown && isNamed)) continue;
    if (!isKnown && t - (forgotAt.get(`${d} ${topic}`) ?? 0) < lingerMs) continue;
    const why = isKnown ? 'its events would have led to' : 'nobody had told it';
    yield { invariant: 'I11', what: `${d} began at ${epoch} ${seq} of ${topic}, which ${why}`, at: t };
  }
}

function forget(epochs: Map<string, unknown>, beginning: string): void {
  for (const name of epochs.keys()) if (name.startsWith(beginning)) epochs.delete(name);
}

function notePlaces(named: Set<string>, device: string, wire: string, answer: Fields): void {
  const { clients = [] } = (answer.snapshot ?? {}) as { clients?: Fields[] };
  for (const { clientId, epoch, seq } of wire === 'client:*' ? clients : []) {
    named.add(`${device} client:${clientId} ${epoch} ${seq}`);
  }
  if (answer.recovered) return;
  const [first] = (answer.events ?? []) as Fields[];
  named.add(`${device} ${wire} ${answer.epoch} ${first ? Number(first.seq) - 1 : answer.seq}`);
}

function noteNamed(named: Set<string>, device: string, all: string, behind: Behind): void {
  named.add(`${device} ${all}`);
  for (const [topic, { epoch, seq }] of Object.entries(behind)) {
    if (collectionOf(topic) === all) named.add(`${device} ${topic} ${epoch} ${seq}`);
  }
}

/** So soon somebody who was told to ask again does so. */
const soonMs = 10_000;
/** In which a post that was refused three times has become a `resync`: who left the topic meanwhile does not ask. */
const triedMs = 60_000;

/** Who is told that it missed something asks for it, or has it all the same (I1). */
function* unheededResyncs({ gots, asks, lines }: Case): Generator<Violation> {
  const leftAt = new Map(
    lines.flatMap(({ k, t, conn }) => (k === 'left' || k === 'down' ? [[conn, t]] : [])),
  );
  for (const { device, conn, frame, at } of gots) {
    if (frame.type !== 'resync' || Number(leftAt.get(conn) ?? Number.POSITIVE_INFINITY) < at + soonMs)
      continue;
    const { epoch, seq } = frame.payload as Fields;
    const isAsked = asks.some(
      (ask) =>
        ask.device === device &&
        ask.at > at - soonMs &&
        ask.at < at + soonMs &&
        (ask.topic === frame.topic || ask.action === 'hello'),
    );
    const isKnown = lines.some(
      (line) =>
        /^(reset|deliver|forgot)$/.test(line.k) &&
        line.d === device &&
        line.t < at + soonMs &&
        (line.k === 'forgot'
          ? line.t > at - triedMs && [frame.topic, collectionOf(String(frame.topic))].includes(line.topic)
          : line.epoch === epoch && Number(line.seq) >= Number(seq) && line.topic === frame.topic),
    );
    if (isAsked || isKnown) continue;
    yield { invariant: 'I1', what: `${device} was told to resync ${frame.topic}, and did not ask`, at };
  }
}

const kindsWithState = /^(client|user|queue|conversation):/;

/** Each topic with a state is shown, and as it is where its log ends. */
function shownAtRest(of: Case): { judged: number; violations: Violation[] } {
  const rest = of.lines.find(({ k }) => k === 'rest');
  const violations: Violation[] = [];
  let judged = 0;
  for (const { d, ready, shown, topics } of (rest?.devices ?? []) as Fields[]) {
    const owner = of.owners.get(String(d));
    if (!owner || !ready || !shown) continue;
    const pictures = new Map((shown as Fields[]).map((picture) => [String(picture.topic), picture]));
    for (const wire of wireTopics(of, owner.tenant, topics as string[])) {
      const head = of.topics.get(homeOf(owner, wire))?.head;
      if (!kindsWithState.test(wire) || !head || head.seq === 0) continue;
      judged++;
      const { seq, snapshot, bare } = pictures.get(wire) ?? {};
      const wrong =
        seq === head.seq && (snapshot || bare)
          ? snapshot && judgeSnapshot(of, homeOf(owner, wire), head, snapshot as Fields, 'page')
          : `${snapshot || bare ? `its state at ${seq}` : 'nothing'}, and it stands at ${head.seq}`;
      if (wrong) violations.push({ invariant: 'I1', what: `${d} shows of ${wire} ${wrong}` });
    }
  }
  return { judged, violations };
}
