import {
  type Ask,
  type Case,
  canonical,
  type Fields,
  type Findings,
  type Got,
  type Logged,
  loggedAt,
  type Violation,
} from './evidence.ts';
import { eventKeysOf } from './requests.ts';

const changes = new Set([
  'interaction.record',
  'interaction.forget',
  'engagement.update',
  'alert.raise',
  'alert.acknowledge',
  'message.send',
  'room.send',
  'channel.publish',
  'presence.set',
  'notification.send',
  'notification.read',
  'queue.book',
  'queue.checkIn',
  'queue.cancel',
  'job.submit',
  'assistant.ask',
  'assistant.cancel',
  'user.revoke',
]);

/** Those that change rows only. */
const silent = new Set(['job.submit', 'assistant.ask', 'assistant.cancel', 'user.revoke', 'presence.set']);

/** Those that may find nothing left to do. */
const mayBeDone = new Set([
  'alert.raise',
  'alert.acknowledge',
  'queue.checkIn',
  'queue.cancel',
  'assistant.cancel',
]);

/**
 * Acknowledged means stored, once, and as it was asked for (I3, I9, I10): every log is 1..n without a hole, every
 * event belongs to one remembered request, and every acknowledgement names that event.
 */
export function judgePublishes(of: Case): Findings {
  const violations = [...holes(of)];
  const byLog = new Map<string, string>();
  const memories = new Map<string, Fields>();
  for (const row of of.atRest) {
    const [kind, ...parts] = row.pk.split('#').map(decodeURIComponent);
    if (kind !== 'REF') continue;
    memories.set(parts.join(' '), row);
    for (const key of eventKeysOf(row)) {
      if (byLog.has(key))
        violations.push({ invariant: 'I3', what: `${row.pk} and ${byLog.get(key)} share ${key}` });
      byLog.set(key, row.pk);
    }
  }
  for (const { epochs } of of.topics.values()) {
    for (const { key, event } of [...epochs.values()].flat()) {
      const ref = byLog.get(key);
      if (ref === undefined) {
        violations.push({ invariant: 'I3', harm: 'doubled', what: `${key} belongs to no request` });
      } else if (ref.split('#').map(decodeURIComponent)[2] !== event.from) {
        violations.push({ invariant: 'I3', what: `${key} is from ${event.from}, its request ${ref}` });
      }
    }
  }
  for (const { got, ask, name } of acksOfChanges(of)) {
    const wrong = judgeAck(of, got, ask, memories.get(name));
    const what = `${ask.action} ${ask.ref}: ${wrong}`;
    if (wrong) violations.push({ invariant: 'I10', harm: 'lost', what, at: got.at });
  }
  return { violations };
}

/** Requests whose acknowledgement named an event, each counted once. */
export function countAcknowledged(of: Case): number {
  const named = acksOfChanges(of).filter(({ got }) => (got.frame.payload as Fields).seq !== undefined);
  return new Set(named.map(({ name }) => name)).size;
}

function acksOfChanges({ asks, gots, owners }: Case): { got: Got; ask: Ask; name: string }[] {
  const asked = new Map(asks.map((ask) => [`${ask.device} ${ask.ref}`, ask]));
  return gots.flatMap((got) => {
    const ask = asked.get(`${got.device} ${got.frame.ref}`);
    if (got.frame.type !== 'ack' || !ask || !changes.has(ask.action)) return [];
    const owner = owners.get(ask.device);
    return [{ got, ask, name: `${owner?.tenant} ${owner?.user} ${ask.ref}` }];
  });
}

function* holes({ topics }: Case): Generator<Violation> {
  for (const { name, head, epochs } of topics.values()) {
    for (const [epoch, rows] of epochs) {
      const bad = rows.findIndex(({ event }, index) => event.seq !== index + 1 || event.epoch !== epoch);
      if (bad >= 0) yield { invariant: 'I9', what: `${name} ${epoch} has no event ${bad + 1}` };
      if (head?.epoch === epoch && head.seq !== rows.length) {
        yield { invariant: 'I9', what: `${name} ${epoch} stands at ${head.seq} with ${rows.length} events` };
      }
    }
    if (head && head.seq > 0 && !epochs.has(head.epoch)) {
      yield { invariant: 'I9', what: `${name} ${head.epoch} stands at ${head.seq} without a log` };
    }
  }
}

/** @returns what is wrong with an acknowledgement. */
function judgeAck(of: Case, { frame }: Got, ask: Ask, memory: Fields | undefined): string | undefined {
  if (!memory) return 'acknowledged and not remembered';
  const { dup: _, ...answer } = frame.payload as Fields;
  if (canonical(memory.answer) !== canonical(answer)) {
    return `acknowledged as ${canonical(answer)} and remembered as ${canonical(memory.answer)}`;
  }
  if (answer.already === true && !mayBeDone.has(ask.action)) return 'called done already, and is never';
  if (answer.seq === undefined && memory.log) return 'its event is not named';
  if (answer.seq === undefined) return isEventless(ask, answer) ? undefined : 'acknowledged without an event';
  const home = homeOfChange(of, ask);
  if (home === undefined) return undefined;
  if (ask.action === 'channel.publish') return judgePublished(of, home, ask, answer);
  const logged = loggedAt(of.topics, home, answer.epoch, answer.seq);
  if (!logged) return `acknowledged as ${answer.seq} of ${home}, and not there`;
  return saysWhatWasAsked(logged, ask, answer) ? undefined : `acknowledged as ${logged.text}`;
}

/** All that was said is there, in its order and side by side, and the answer names the last. */
function judgePublished(
  of: Case,
  home: string,
  { payload }: Ask,
  { epoch, seq }: Fields,
): string | undefined {
  const said = (payload.messages as unknown[] | undefined) ?? [payload.data];
  const wrong = said.findIndex((data, nth) => {
    const event = loggedAt(of.topics, home, epoch, Number(seq) - said.length + 1 + nth)?.event;
    return event?.type !== 'channel.message' || canonical(event.payload) !== canonical({ data });
  });
  return wrong < 0
    ? undefined
    : `acknowledged as ${seq} of ${home}, and ${canonical(said[wrong])} is not there`;
}

function isEventless({ action }: Ask, { already, ids }: Fields): boolean {
  if (action === 'notification.read') return (ids as string[]).length === 0;
  return silent.has(action) || already === true;
}

/** @returns nothing where the request does not tell. */
export function homeOfChange({ owners }: Case, { device, action, topic, payload }: Ask): string | undefined {
  const owner = owners.get(device);
  const tenant = owner?.tenant;
  if (action === 'room.send' || action === 'channel.publish') return `${tenant}/${topic}`;
  if (action === 'message.send' || action === 'notification.send') return `${tenant}/user:${payload.userId}`;
  if (action === 'notification.read') return `${tenant}/user:${owner?.user}`;
  if (action.startsWith('queue.')) return `${tenant}/queue:${payload.date}`;
  if (action === 'alert.acknowledge') return undefined;
  const { clientId, userId, msp } = (action === 'alert.raise' ? payload.to : payload) as Fields;
  if (clientId !== undefined) return `${tenant}/client:${clientId}`;
  if (userId !== undefined) return `${tenant}/user:${userId}`;
  return `${tenant}/${msp ? 'msp' : 'tenant'}:-`;
}

/** Whatever was asked for stands in the event, and whatever was answered. Fields that only steer the request do not. */
function saysWhatWasAsked({ event }: Logged, { action, payload }: Ask, answer: Fields): boolean {
  const has = (one: Fields, fields: Fields) =>
    Object.entries(fields).every(([name, value]) => canonical(one[name]) === canonical(value));
  const { payload: sent } = event;
  if (action === 'notification.read') {
    const asked = new Set((payload.ids as string[] | undefined) ?? (sent.ids as string[]));
    return (
      (sent.ids as string[]).every((id) => asked.has(id)) &&
      has(sent, { ids: answer.ids, unread: answer.unread })
    );
  }
  if (action === 'queue.cancel') {
    return !(sent.appointments as Fields[]).some((one) => has(one, { appointmentId: payload.appointmentId }));
  }
  if (action === 'queue.book' || action === 'queue.checkIn') {
    const { patientId, at, appointmentId = answer.appointmentId } = payload;
    const { position = null } = answer;
    const wanted = { appointmentId, position, ...(action === 'queue.book' && { patientId, at }) };
    return (sent.appointments as Fields[]).some((one) => has(one, wanted));
  }
  const { dedupeKey: _, userId, ...said } = payload;
  if (action === 'notification.send') return has(sent, { ...said, id: answer.id });
  return has(sent, userId === undefined ? said : { ...said, userId });
}
