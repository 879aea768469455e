import type { Random } from '../core/ports.ts';
import type { Wish } from './asks.ts';
import type { Device } from './device.ts';
import type { Gateway } from './gateway.ts';
import type { Journal } from './journal.ts';
import { clientIds, isStaff, mayFollow, type Person, roomIds, userNames } from './people.ts';
import type { Scheduler } from './scheduler.ts';

interface HabitsParts {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly meanPauseMs: number;
}

/** Frames that must be refused, and write nothing. */
const nonsense: readonly Wish[] = [
  { action: 'no.such.action' },
  { action: 'subscribe', topic: 'room:not an id' },
  { action: 'interaction.record', payload: { clientId: 'c1', kind: 'x', by: 0 } },
  { action: 'engagement.update', payload: { clientId: 'c1' } },
  { action: 'room.send', topic: 'client:c1', payload: { body: 'x' } },
  { action: 'message.send', payload: { userId: '', body: 'x', tenant: 'south' } },
];

/** Picks one of many. */
export const pick = <T>({ fraction }: Pick<Random, 'fraction'>, from: readonly T[]): T =>
  from[Math.floor(fraction() * from.length)] as T;

/** Lives one device's life until it is told to be quiet: mostly it publishes, now and then it comes and goes. */
export function habits(device: Device, { scheduler, random, meanPauseMs }: HabitsParts) {
  let quiet = false;
  let said = 0;
  const { person } = device;
  const mark = () => `${person.tenant}|${device.name}|${said++}`;

  const act = () => {
    if (quiet) return;
    scheduler.after(-Math.log(1 - random.fraction()) * meanPauseMs, act);
    const chance = random.fraction();
    if (chance < 0.015) return device.reload();
    if (chance < 0.07) return leaveSomehow();
    if (!device.isReady()) return;
    if (chance < 0.13) return void device.enter(`room:${pick(random, roomIds)}`);
    if (chance < 0.16) return leaveRoom();
    if (chance < 0.19) return void device.ask(pick(random, nonsense));
    if (chance < 0.2)
      return void device.ask({ action: 'subscribe', topic: pick(random, ['msp', 'client:c3']) });
    const wish = pick(random, wishes(person))(mark());
    if (wish) void device.change(wish);
  };

  const leaveSomehow = () => {
    const how = pick(random, ['closed', 'killed', 'silent'] as const);
    device.hangUp(how, random.fraction() * (random.fraction() < 0.3 ? 180_000 : 8000));
  };

  const leaveRoom = () => {
    const room = pick(random, device.rooms());
    if (room !== undefined) void device.leaveRoom(room);
  };

  const wishes = (who: Person): readonly ((mark: string) => Wish | undefined)[] => [
    (body) => ({ action: 'message.send', payload: { userId: pick(random, userNames), body } }),
    (body) => {
      const topic = pick(random, device.rooms());
      return topic === undefined ? undefined : { action: 'room.send', topic, payload: { body } };
    },
    () =>
      interaction(
        random,
        clientIds.filter((id) => mayFollow(who, `client:${id}`)),
      ),
    ...(isStaff(who) ? [() => interaction(random, clientIds), engagement(random), alert(random)] : []),
  ];

  return {
    begin: () => void scheduler.after(random.fraction() * meanPauseMs, act),
    hush() {
      quiet = true;
    },
    /** Some alerts are acknowledged by whoever sees them, several people at once among them. */
    onEvent({ payload }: { readonly payload: object }) {
      if (quiet || !('alertId' in payload) || !('title' in payload) || random.fraction() > 0.3) return;
      void device.change({ action: 'alert.acknowledge', payload: { alertId: payload.alertId } });
    },
  };
}

function interaction(random: Random, clients: readonly string[]): Wish | undefined {
  if (clients.length === 0) return undefined;
  const by = 1 + Math.floor(random.fraction() * 5);
  const kind = pick(random, ['login', 'call', 'page_view']);
  return { action: 'interaction.record', payload: { clientId: pick(random, clients), kind, by } };
}

const engagement = (random: Random) => (note: string) => ({
  action: 'engagement.update',
  payload: { clientId: pick(random, clientIds), note, score: Math.floor(random.fraction() * 100) },
});

const alert = (random: Random) => (title: string) => {
  const to = pick(random, [
    { tenant: true },
    { msp: true },
    { clientId: pick(random, clientIds) },
    { userId: pick(random, userNames) },
  ]);
  const dedupe = random.fraction() < 0.4 ? { dedupeKey: pick(random, ['disk', 'mail']) } : {};
  return { action: 'alert.raise', payload: { to, severity: 'info', title, ...dedupe } };
};

export interface MachineParts extends HabitsParts {
  readonly person: Person;
  readonly gateway: Gateway;
  readonly journal: Journal;
  readonly token: () => string;
}

/** A machine without a socket: it publishes by HTTP, and repeats what was not answered. */
export function machine({ person, gateway, scheduler, random, meanPauseMs, token, journal }: MachineParts) {
  let quiet = false;
  let said = 0;
  let unanswered = 0;
  const name = `machine-${person.tenant}`;

  const publish = async ({ action, ...rest }: Wish) => {
    unanswered++;
    const ref = `${name}-${said}`;
    for (;;) {
      journal.note('ask', { d: name, ref, action, ...rest });
      const reply = (await gateway.request(token(), action, { ref, ...rest })) as
        | { type?: string; payload?: { retryable?: boolean } }
        | undefined;
      if (reply) journal.note('got', { d: name, ref, frame: JSON.stringify({ ...reply, ref }) });
      if (reply && reply.payload?.retryable !== true) break;
      await scheduler.wait(500 + random.fraction() * 2000);
    }
    unanswered--;
  };
  const act = () => {
    if (quiet) return;
    scheduler.after(-Math.log(1 - random.fraction()) * meanPauseMs, act);
    const mark = `${person.tenant}|${name}|${++said}`;
    const wish = pick(random, [
      () => interaction(random, clientIds),
      engagement(random),
      alert(random),
      (body: string) => ({ action: 'message.send', payload: { userId: pick(random, userNames), body } }),
      (body: string) => ({ action: 'room.send', topic: `room:${pick(random, roomIds)}`, payload: { body } }),
    ])(mark);
    if (wish) void publish(wish);
  };
  return {
    owner: { d: name, tenant: person.tenant, user: person.user },
    begin: () => void scheduler.after(random.fraction() * meanPauseMs, act),
    hush() {
      quiet = true;
    },
    standing: () => ({ d: name, ready: true, topics: [], unanswered }),
  };
}
