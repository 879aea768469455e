import { mayFollow } from './borders.ts';
import { type Ask, type Case, homeOf, type Row, type Violation, type Who } from './evidence.ts';
import { type Claims, isChange, mayDo, readRights } from './refusals.ts';

/** A function runs for so long at most, and a frame travels to it. */
const longestMs = 30_000;

/**
 * Whatever was changed was changed by somebody who might (I17), be it acknowledged or only remembered: a role that
 * the action asks for, a client of their own, an alert that was raised to them, an answer to themselves.
 */
export function judgeRights(of: Case): { judged: number; violations: Violation[] } {
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
  return { judged, violations };
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

/** Who may see an alert, by its topic on the wire, and whose an answer is. */
interface Owners {
  readonly feedOf: ReadonlyMap<unknown, string>;
  readonly askedBy: ReadonlyMap<unknown, string>;
}

function readOwners({ topics, atEnd }: Case): Owners {
  const feedOf = new Map<unknown, string>();
  for (const { name, epochs } of topics.values()) {
    for (const { event } of [...epochs.values()].flat()) {
      if (event.type === 'alert') feedOf.set(event.payload.alertId, name);
    }
  }
  return { feedOf, askedBy: new Map(atEnd.flatMap(streamOf)) };
}

function streamOf({ pk, userId }: Row): [string, string][] {
  const [kind, tenant, id] = pk.split('#').map(decodeURIComponent);
  return kind === 'STREAM' ? [[`${tenant} ${id}`, String(userId)]] : [];
}

function isTheirs({ feedOf, askedBy }: Owners, who: Who, claims: Claims, { action, payload }: Ask): boolean {
  if (action === 'alert.acknowledge') return isAddressed(feedOf.get(payload.alertId), who, claims);
  if (action !== 'assistant.cancel') return true;
  return askedBy.get(`${who.tenant} ${payload.streamId}`) === who.user;
}

function isAddressed(home: string | undefined, who: Who, { roles, clients }: Claims): boolean {
  const [tenant, topic = ''] = (home ?? '').split('/');
  if (tenant !== who.tenant) return false;
  if (topic.startsWith('user:')) return home === homeOf(who, 'user:me');
  return mayFollow(topic.startsWith('msp:') ? 'msp' : topic, roles, clients);
}
