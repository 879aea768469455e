import {
  type Ask,
  type Case,
  type Fields,
  type Findings,
  homeOf,
  type Row,
  type Violation,
  type Who,
} from './evidence.ts';
import { type Claims, isChange, mayDo, mayFollow, readRights } from './permissions.ts';

/** A function runs for so long at most, and a frame travels to it. */
const longestMs = 30_000;

/**
 * Whatever was changed was changed by somebody who might (I17), be it acknowledged or only remembered: a role that
 * the action asks for, a client of their own, an alert that was raised to them, an answer to themselves.
 */
export function judgeRights(of: Case): Findings {
  const rightsAt = readRights(of);
  const owners = readOwners(of);
  const done = readDone(of);
  const violations: Violation[] = [];
  let judged = 0;
  for (const { who, asks } of readRequests(of).values()) {
    const [ask] = asks;
    if (!ask || !done.has(nameOf(who, ask.ref))) continue;
    judged++;
    const allowed = asks.some((sent) =>
      rightsAt(sent.conn ?? sent.device, sent.at, sent.at + longestMs).some(
        (claims) => mayDo(claims, sent.action, sent.payload) && isTheirs(owners, who, claims, sent),
      ),
    );
    if (allowed) continue;
    const what = `${who.tenant} ${who.user} may not do ${ask.action} ${ask.ref}, and it was done`;
    violations.push({ invariant: 'I17', what, at: ask.at });
  }
  return {
    violations: [...violations, ...hiddenAlerts(of, owners, rightsAt)],
    exercised: { 'rights to changes judged': judged },
  };
}

/** Whoever an alert was raised to, and who asks for it after somebody has heard of it, finds it. */
function* hiddenAlerts(
  of: Case,
  owners: Owners,
  rightsAt: ReturnType<typeof readRights>,
): Generator<Violation> {
  const asked = new Map(
    of.asks
      .filter(({ action }) => action === 'alert.acknowledge')
      .map((ask) => [`${ask.device} ${ask.ref}`, ask]),
  );
  const heardAt = new Map<unknown, number>();
  for (const got of of.gots) {
    const ask = asked.get(`${got.device} ${got.frame.ref}`);
    const who = of.owners.get(got.device);
    const { alertId } = (got.frame.payload ?? {}) as Fields;
    if (alertId !== undefined && !heardAt.has(alertId)) heardAt.set(alertId, got.at);
    if (!ask || !who || (got.frame.payload as Fields | undefined)?.code !== 'not_found') continue;
    const home = owners.alerts.get(ask.payload.alertId);
    if (!((heardAt.get(ask.payload.alertId) ?? Number.POSITIVE_INFINITY) <= ask.at)) continue;
    const rights = rightsAt(ask.conn ?? ask.device, ask.at, got.at);
    if (!rights.length || !rights.every((claims) => isAddressed(home, who, claims))) continue;
    const what = `${got.device} was told that there is no ${ask.payload.alertId}, which is theirs`;
    yield { invariant: 'I12', what, at: got.at };
  }
}

const nameOf = ({ tenant, user }: Who, ref: unknown) => `${tenant} ${user} ${ref}`;

/** Every change that was asked for, with each time that it was sent. */
function readRequests({ asks, owners }: Case): ReadonlyMap<string, { who: Who; asks: Ask[] }> {
  const found = new Map<string, { who: Who; asks: Ask[] }>();
  for (const ask of asks) {
    const who = owners.get(ask.device);
    if (!who || !isChange(ask.action)) continue;
    const request = found.get(nameOf(who, ask.ref)) ?? { who, asks: [] };
    request.asks.push(ask);
    found.set(nameOf(who, ask.ref), request);
  }
  return found;
}

/** What the table remembers, and what somebody was told. */
function readDone({ atRest, gots, owners }: Case): ReadonlySet<string> {
  const remembered = atRest.flatMap(({ pk }) => {
    const [kind, tenant = '', user = '', ref] = pk.split('#').map(decodeURIComponent);
    return kind === 'REF' ? [nameOf({ tenant, user }, ref)] : [];
  });
  const told = gots.flatMap(({ device, frame }) => {
    const who = owners.get(device);
    return who && frame.type === 'ack' && frame.ref !== undefined ? [nameOf(who, frame.ref)] : [];
  });
  return new Set([...remembered, ...told]);
}

/** Where each alert was raised, whose an answer is, and when a device first asked to follow a topic. */
interface Owners {
  readonly alerts: ReadonlyMap<unknown, string>;
  readonly askedBy: ReadonlyMap<unknown, string>;
  readonly entered: ReadonlyMap<string, number>;
}

function readOwners({ topics, atEnd, asks }: Case): Owners {
  const alerts = new Map<unknown, string>();
  for (const { name, epochs } of topics.values()) {
    for (const { event } of [...epochs.values()].flat()) {
      if (event.type === 'alert') alerts.set(event.payload.alertId, name);
    }
  }
  const entered = new Map<string, number>();
  for (const { device, topic, action, payload, at } of asks) {
    const subs = action === 'hello' ? (payload.subs as Fields[]).map((sub) => sub.topic) : [];
    for (const each of action === 'subscribe' ? [topic] : subs) {
      if (!entered.has(`${device} ${each}`)) entered.set(`${device} ${each}`, at);
    }
  }
  return { alerts, askedBy: new Map(atEnd.flatMap(streamOf)), entered };
}

function streamOf({ pk, userId }: Row): [string, string][] {
  const [kind, tenant, id] = pk.split('#').map(decodeURIComponent);
  return kind === 'STREAM' ? [[`${tenant} ${id}`, String(userId)]] : [];
}

function isTheirs(owners: Owners, who: Who, claims: Claims, ask: Ask): boolean {
  const { action, payload, device, topic, at, conn } = ask;
  // By HTTP, where nobody can be in a room, the right to enter it suffices.
  if (action === 'room.send' && conn !== undefined) {
    return (owners.entered.get(`${device} ${topic}`) ?? Number.POSITIVE_INFINITY) <= at + longestMs;
  }
  if (action === 'alert.acknowledge') return isAddressed(owners.alerts.get(payload.alertId), who, claims);
  if (action !== 'assistant.cancel') return true;
  return owners.askedBy.get(`${who.tenant} ${payload.streamId}`) === who.user;
}

function isAddressed(home: string | undefined, who: Who, { roles, clients }: Claims): boolean {
  const [tenant, topic = ''] = (home ?? '').split('/');
  if (tenant !== who.tenant) return false;
  if (topic.startsWith('user:')) return home === homeOf(who, 'user:me');
  return mayFollow(topic.startsWith('msp:') ? 'msp' : topic, roles, clients);
}
