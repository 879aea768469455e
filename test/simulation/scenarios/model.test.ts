import fc from 'fast-check';
import { expect, it } from 'vitest';
import { endConnection } from '../../../core/connections/endConnection.ts';
import { reap } from '../../../core/connections/reap.ts';
import { type TestSystem, testSystem } from '../world/testRuntime.ts';

/** How many sequences are tried: always the same ones, but for `npm run prove -- --interleavings`, which tries more. */
const amount = process.env.PROVE_SEQUENCES;
const trials = amount === undefined ? { numRuns: 300, seed: 1 } : { numRuns: Number(amount) };

const limit = 2;
const minuteMs = 60_000;
const leaseMs = 125 * minuteMs;
const retentionMs = 24 * 60 * minuteMs;

/** A connection as a page of paper would keep it. */
interface Known {
  readonly id: string;
  readonly user: string;
  readonly since: number;
  tokenEnd: number;
  /** Whether the socket is open. */
  open: boolean;
  /** Whether anything in the table still counts on it. */
  listed: boolean;
  readonly rooms: Set<string>;
}

interface Model {
  readonly connections: Known[];
  /** When each event of a room was committed. */
  readonly rooms: Map<string, number[]>;
  readonly refs: Map<string, number>;
  /** The latest epoch that a room's subscriber was told. */
  readonly epochs: Map<string, string>;
}

const users = fc.constantFrom('ada', 'bob');
const rooms = fc.constantFrom('room:x', 'room:y');
const which = fc.nat({ max: 7 });

const commands = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant('open'), user: users, lifeMinutes: fc.constantFrom(2, 10, 300) } as const),
    fc.record({ do: fc.constant('open'), user: users, lifeMinutes: fc.constantFrom(2, 10, 300) } as const),
    fc.record({
      do: fc.constant('close'),
      which,
      how: fc.constantFrom('reported', 'twice', 'unheard', 'ghost'),
    } as const),
    fc.record({ do: fc.constant('subscribe'), which, room: rooms, back: fc.nat({ max: 3 }) } as const),
    fc.record({ do: fc.constant('subscribe'), which, room: rooms, back: fc.nat({ max: 3 }) } as const),
    fc.record({ do: fc.constant('unsubscribe'), which, room: rooms } as const),
    fc.record({ do: fc.constant('send'), which, room: rooms, ref: fc.nat({ max: 5 }) } as const),
    fc.record({ do: fc.constant('send'), which, room: rooms, ref: fc.nat({ max: 5 }) } as const),
    fc.record({ do: fc.constant('pass'), seconds: fc.constantFrom(5, 31, 61, 600, 3600, 86_400) } as const),
    fc.record({ do: fc.constant('reap') } as const),
    fc.record({ do: fc.constant('renew'), which, lifeMinutes: fc.constantFrom(2, 10) } as const),
    fc.record({ do: fc.constant('stats'), which } as const),
  ),
  { maxLength: 40 },
);
type Command = typeof commands extends fc.Arbitrary<(infer C)[]> ? C : never;
type Of<D extends Command['do']> = Extract<Command, { do: D }>;

const leaseEnd = ({ since }: Known) => since + leaseMs;
const counts = (one: Known, now: number) => one.listed && leaseEnd(one) > now;
const chosen = ({ connections }: Model, index: number) => {
  const open = connections.filter((one) => one.open);
  return open[index % Math.max(1, open.length)];
};
const code = (reply: { type: string; payload: { readonly [name: string]: unknown } }) =>
  reply.payload.code ?? reply.type;

/** What a frame of this connection is told before anything else, if it is told anything. */
function turnedAway(one: Known, now: number): string | undefined {
  if (!one.listed) return 'unauthenticated';
  return one.tokenEnd <= now ? 'token_expired' : undefined;
}

const steps: { [D in Command['do']]: (test: TestSystem, model: Model, command: Of<D>) => Promise<void> } = {
  async open(test, { connections }, { user, lifeMinutes }) {
    const now = test.now();
    const id = `c${connections.length}`;
    const held = connections.filter((one) => one.user === user && counts(one, now));
    const stolen = held.filter((one) => !one.open && one.since < now - minuteMs);
    const admitted = held.length - stolen.length < limit;
    const connected = await test.dial(test.environment(), id, test.who(user, lifeMinutes * minuteMs));
    expect('connection' in connected, `${id} of ${user}`).toBe(admitted);
    const tokenEnd = now + lifeMinutes * minuteMs;
    connections.push({ id, user, since: now, tokenEnd, open: admitted, listed: admitted, rooms: new Set() });
    if (held.length < limit || !admitted) return;
    // The oldest that is gone made room.
    const [oldest] = stolen.sort((a, b) => a.since - b.since);
    if (oldest) oldest.listed = false;
  },

  async close(test, model, { which: index, how }) {
    const one = chosen(model, index);
    if (!one) return;
    if (how === 'ghost' || how === 'unheard') {
      test.sockets.drop(one.id);
      one.open = false;
    }
    if (how === 'ghost') return;
    test.sockets.drop(one.id);
    for (let time = 0; time < (how === 'twice' ? 2 : 1); time++) {
      await endConnection(test.environment(), one.id, { socket: 'gone' });
    }
    one.open = false;
    one.listed = false;
  },

  async subscribe(test, model, { which: index, room, back }) {
    const one = chosen(model, index);
    if (!one) return;
    const log = model.rooms.get(room) ?? [];
    const from = Math.max(0, log.length - back);
    const epoch = model.epochs.get(room);
    const since = epoch !== undefined && { since: { epoch, seq: from } };
    const reply = await test.say(test.environment(), one.id, {
      action: 'subscribe',
      topic: room,
      payload: { ...since },
    });
    const refused = turnedAway(one, test.now());
    if (refused) return expect(code(reply)).toBe(refused);
    one.rooms.add(room);
    const kept = log.slice(from).every((at) => at >= test.now() - retentionMs);
    expect(reply.payload).toMatchObject({ seq: log.length, recovered: epoch !== undefined && kept });
    if (epoch !== undefined && kept) expect(reply.payload.events).toHaveLength(log.length - from);
    model.epochs.set(room, String(reply.payload.epoch));
  },

  async unsubscribe(test, model, { which: index, room }) {
    const one = chosen(model, index);
    if (!one) return;
    const reply = await test.say(test.environment(), one.id, { action: 'unsubscribe', topic: room });
    const refused = turnedAway(one, test.now());
    expect(code(reply)).toBe(refused ?? (one.rooms.delete(room) ? 'ack' : 'not_subscribed'));
  },

  async send(test, model, { which: index, room, ref }) {
    const one = chosen(model, index);
    if (!one) return;
    const now = test.now();
    const before = new Map(model.connections.map(({ id }) => [id, test.frames(id).length]));
    const frame = { action: 'room.send', topic: room, ref: `${room}-${ref}`, payload: { body: room } };
    const reply = await test.say(test.environment(), one.id, frame);
    const name = `${one.user} ${frame.ref}`;
    const log = model.rooms.get(room) ?? [];
    const known = model.refs.get(name);
    const remembered = known !== undefined && (log[known - 1] ?? 0) > now - retentionMs;
    // A repeat gets its first answer on any connection of its user.
    const mayAsk = one.rooms.has(room) || remembered;
    const refused = turnedAway(one, now) ?? (mayAsk ? undefined : 'not_subscribed');
    if (refused) return expect(code(reply)).toBe(refused);
    const seq = remembered ? known : log.length + 1;
    expect(reply.payload).toMatchObject({ seq, ...(remembered && { dup: true }) });
    if (!remembered) {
      model.rooms.set(room, [...log, now]);
      model.refs.set(name, seq);
    }
    for (const other of model.connections) {
      const hears = other !== one && counts(other, now) && other.rooms.has(room);
      const got = test.frames(other.id).slice(before.get(other.id));
      expect(got.map((each) => each.seq)).toEqual(hears && other.open ? [seq] : []);
      // Who is gone for good is found out by the post.
      if (hears && !other.open && other.since <= now - 60_000) other.listed = false;
    }
  },

  async pass(test, _, { seconds }) {
    test.advance(seconds * 1000);
  },

  async reap(test, { connections }) {
    await reap(test.environment());
    for (const one of connections) {
      if (Math.min(one.tokenEnd, leaseEnd(one)) > test.now()) continue;
      if (one.listed) one.open = false;
      one.listed = false;
    }
    expect(test.sockets.opened()).toEqual(connections.flatMap(({ id, open }) => (open ? [id] : [])));
  },

  async renew(test, model, { which: index, lifeMinutes }) {
    const one = chosen(model, index);
    if (!one) return;
    const exp = Math.floor(test.now() / 1000) + lifeMinutes * 60;
    const token = test.tokens.issue({ sub: one.user, tenant: 'acme', roles: ['msp'], exp, iat: exp - 900 });
    const reply = await test.say(test.environment(), one.id, { action: 'auth', payload: { token } });
    expect(code(reply)).toBe(one.listed ? 'ack' : 'unauthenticated');
    if (one.listed) one.tokenEnd = exp * 1000;
  },

  async stats(test, model, { which: index }) {
    const one = chosen(model, index);
    if (!one || turnedAway(one, test.now())) return;
    const listed = model.connections.filter((each) => counts(each, test.now()));
    const reply = await test.say(test.environment(), one.id, { action: 'stats' });
    expect(reply.payload).toMatchObject({
      connections: listed.length,
      users: new Set(listed.map(({ user }) => user)).size,
      byRole: listed.length > 0 ? { msp: listed.length } : {},
    });
  },
};

it('whatever clients do, in whatever order, the system does what the model says', async () => {
  const property = fc.asyncProperty(commands, async (sequence) => {
    const test = testSystem({ limit });
    const model: Model = { connections: [], rooms: new Map(), refs: new Map(), epochs: new Map() };
    await reap(test.environment());
    for (const command of sequence) {
      await (steps[command.do] as (...args: unknown[]) => Promise<void>)(test, model, command);
    }
    expect(test.unexpected).toEqual([]);
    for (const { id, open } of model.connections) if (!open) test.sockets.drop(id);
    test.advance(leaseMs + minuteMs);
    await reap(test.environment());
    expect([test.rows('SUBS#'), test.rows('SLOT#'), test.rows('EXPIRY#')]).toEqual([[], [], []]);
  });
  await fc.assert(property, trials);
});
