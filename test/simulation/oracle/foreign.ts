import type { Case, Fields, Got, Who } from './evidence.ts';

/**
 * Tells what is not of the tenant of who got it: a text that was written in another, a user that only another has,
 * or somebody in a room who never asked to enter it there. Frames that are not kept in a log are known by the
 * last two alone.
 */
export function readForeign(of: Case): (who: Who, got: Got) => boolean {
  const marks = foreignMarks(of);
  const entered = firstEntered(of);
  return ({ tenant }, { frame, text, at }) => {
    if (marks.get(tenant)?.some((mark) => text.includes(mark))) return true;
    if (frame.type !== 'presence') return false;
    const { joined = [], left = [] } = frame.payload as Fields as { joined?: string[]; left?: string[] };
    return [...joined, ...left].some(
      (user) => !((entered.get(`${tenant} ${user} ${frame.topic}`) ?? Number.POSITIVE_INFINITY) < at),
    );
  };
}

/** What a tenant's frames must not say: how texts of others begin, and the names that it lacks. */
function foreignMarks({ begin, owners }: Case): ReadonlyMap<string, readonly string[]> {
  const tenants = begin.tenants as string[];
  const usersOf = (tenant: string) =>
    new Set([...owners.values()].flatMap((who) => (who.tenant === tenant ? [who.user] : [])));
  return new Map(
    tenants.map((tenant) => {
      const [own, others] = [usersOf(tenant), tenants.filter((one) => one !== tenant)];
      const names = others.flatMap((other) => [...usersOf(other)].filter((user) => !own.has(user)));
      return [tenant, [...others.map((other) => `${other}|`), ...names.map((name) => JSON.stringify(name))]];
    }),
  );
}

/** When somebody first asked to follow a room, or a channel with presence, by tenant, user and room. */
function firstEntered({ asks, owners }: Case): ReadonlyMap<string, number> {
  const first = new Map<string, number>();
  for (const { device, action, topic, payload, at } of asks) {
    const who = owners.get(device);
    const subs = action === 'hello' ? ((payload.subs ?? []) as Fields[]).map((one) => String(one.topic)) : [];
    const topics = action === 'subscribe' ? [String(topic)] : subs;
    for (const room of topics) {
      const name = `${who?.tenant} ${who?.user} ${room}`;
      if (/^(room|orders):/.test(room) && !first.has(name)) first.set(name, at);
    }
  }
  return first;
}
