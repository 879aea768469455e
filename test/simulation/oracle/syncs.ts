import {
  type Ask,
  type Case,
  collectionOf,
  type Fields,
  type Findings,
  firstAsks,
  type Got,
  homeOf,
  loggedAt,
  type Violation,
  type Who,
} from './evidence.ts';
import { readFanOuts } from './live.ts';
import { mayFollow } from './mayFollow.ts';
import { readRights } from './permissions.ts';
import { readAcknowledged } from './replays.ts';

export type Behind = Readonly<Record<string, { readonly epoch: string | null; readonly seq: number }>>;

/** What an answer to `sync` says about one of the topics that were asked about. */
interface SyncAnswer {
  readonly ask: Ask;
  readonly who: Who;
  readonly topic: string;
  /** How far whoever asks has got; of all topics of a kind, since when nothing was missed. */
  readonly asked: Fields;
  readonly behind: Behind;
}

/** Finds what a frame answers to who asked whether anything was missed. What was not looked at is not there. */
export function readSyncs({ asks, owners }: Case): (got: Got) => readonly SyncAnswer[] {
  const asked = firstAsks(asks.filter(({ action }) => action === 'sync'));
  return ({ device, frame }) => {
    const ask = asked.get(frame.ref);
    const who = owners.get(device);
    if (ask?.device !== device || !who || frame.type !== 'ack') return [];
    const { behind, more = [] } = frame.payload as { behind: Behind; more?: readonly string[] };
    return Object.entries(ask.payload.heads as Fields).flatMap(([topic, has]) =>
      more.includes(topic)
        ? []
        : [{ ask, who, topic, asked: typeof has === 'number' ? { seq: has } : (has as Fields), behind }],
    );
  };
}

/**
 * Whoever asks whether anything was missed is told of all that was acknowledged before (I1), be it of a topic or of any
 * one of a kind, and of nothing that they may not follow (I4). Of any one of a kind it may take ten minutes where a fault
 * befell the function that committed.
 */
export function judgeSyncs(of: Case): Findings {
  const rightsAt = readRights(of);
  const syncsIn = readSyncs(of);
  const missedBy = readMissed(of);
  const violations: Violation[] = [];
  let ofAll = 0;
  for (const got of of.gots) {
    for (const sync of syncsIn(got)) {
      const { ask, who, topic, behind } = sync;
      const wrong = (invariant: string, what: string) =>
        violations.push({ invariant, what: `${got.device} asked about ${topic}, and ${what}`, at: got.at });
      const isAll = topic.endsWith(':*');
      if (isAll) ofAll++;
      const rights = rightsAt(got.conn ?? got.device, ask.at, got.at);
      for (const [name, { epoch, seq }] of Object.entries(behind)) {
        if (name !== topic && (!isAll || collectionOf(name) !== topic)) continue;
        const isAllowed = rights.some(({ roles, clients }) => mayFollow(name, roles, clients));
        if (!isAllowed) wrong('I4', `was told of ${name}`);
        if (epoch !== null && seq > 0 && !loggedAt(of.topics, homeOf(who, name), epoch, seq))
          wrong('I1', `was told that ${name} stands at ${epoch} ${seq}, where it never was`);
      }
      const missed = missedBy(sync);
      if (missed) wrong('I1', `was not told that ${missed}`);
    }
  }
  return { violations, exercised: { 'syncs of all topics of a kind judged': ofAll } };
}

/** As long may a commit stay unnamed among all topics of a kind that its function did not come to list; and a sync later. */
const listedWithinMs = 12 * 60_000;

/** Finds what somebody should have been told of, and was not. Whose head was taken away stands nowhere. */
function readMissed(of: Case): (sync: SyncAnswer) => string | undefined {
  const acknowledged = readAcknowledged(of);
  const { doneAt } = readFanOuts(of);
  const swept = new Set(
    of.lines.flatMap(({ k, tenant, topic }) => (k === 'swept' ? `${tenant}/${topic}` : [])),
  );
  const topics = [...of.topics.values()].filter(({ name }) => !swept.has(name));
  return ({ ask, who, topic, asked, behind }) => {
    const isAll = topic.endsWith(':*');
    const home = isAll ? `${who.tenant}/${topic.slice(0, -1)}` : homeOf(who, topic);
    for (const { name, head } of topics) {
      if (isAll ? !name.startsWith(home) : name !== home) continue;
      const wire = isAll ? name.slice(who.tenant.length + 1) : topic;
      const isListed = (seq: number) => {
        const event = loggedAt(of.topics, name, head?.epoch, seq);
        return !event || event.at < ask.at - listedWithinMs || Number(doneAt(event)) < ask.at;
      };
      const known = (acknowledged.get(head?.epoch) ?? []).filter(
        ({ heardAt, seq }) => heardAt < ask.at && (!isAll || isListed(seq)),
      );
      const seq = Math.max(0, ...known.map((one) => one.seq));
      const at = loggedAt(of.topics, name, head?.epoch, seq)?.at ?? 0;
      const has = isAll
        ? at < Number(asked.at)
          ? seq
          : 0
        : asked.epoch === head?.epoch
          ? Number(asked.seq)
          : 0;
      const answered = behind[wire]?.epoch === head?.epoch ? Number(behind[wire]?.seq) : 0;
      if (seq > Math.max(has, answered)) return `${wire} stands at ${seq}`;
    }
    return undefined;
  };
}
