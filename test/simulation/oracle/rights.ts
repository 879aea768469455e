import type { Ask, Case, Fields, Findings, Violation, Who } from './evidence.ts';
import { isAddressed, isTheirs, type Owners, readOwners } from './ownership.ts';
import { isChange, mayDo, readRights } from './permissions.ts';

/** A function runs for so long at most, and a frame travels to it. */
const maxMs = 30_000;

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
    const answer = ask && done.get(nameOf(who, ask.ref));
    // Who asked that something be off that was so already has changed nothing.
    if (!answer || (ask.action === 'queue.cancel' && answer.already === true)) continue;
    judged++;
    const allowed = asks.some((sent) =>
      rightsAt(sent.conn ?? sent.device, sent.at, sent.at + maxMs).some(
        (claims) => mayDo(claims, sent) && isTheirs(owners, who, claims, sent) && isThere(owners, sent),
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
function readDone({ atRest, gots, owners }: Case): ReadonlyMap<string, Fields> {
  const remembered = atRest.flatMap(({ pk, answer }): [string, Fields][] => {
    const [kind, tenant = '', user = '', ref] = pk.split('#').map(decodeURIComponent);
    return kind === 'REF' ? [[nameOf({ tenant, user }, ref), answer as Fields]] : [];
  });
  const answered = gots.flatMap(({ device, frame }): [string, Fields][] => {
    const who = owners.get(device);
    if (!who || frame.type !== 'ack' || frame.ref === undefined) return [];
    return [[nameOf(who, frame.ref), frame.payload as Fields]];
  });
  return new Map([...remembered, ...answered]);
}

/** By HTTP nobody can be in a room: to say something there the right to enter it suffices, and nobody is seen. */
function isThere({ entered }: Owners, { action, device, topic, at, conn }: Ask): boolean {
  if (action !== 'room.send' && action !== 'presence.set') return true;
  if (conn === undefined) return action === 'room.send';
  return (entered.get(`${device} ${topic}`) ?? Number.POSITIVE_INFINITY) <= at + maxMs;
}
