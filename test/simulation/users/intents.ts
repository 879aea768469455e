import type { Random } from '../../../core/ports.ts';
import type { Intent } from './asks.ts';
import type { Known } from './knowledge.ts';
import {
  channelNames,
  clientIds,
  hasPresence,
  isStaff,
  mayFollow,
  mayPublish,
  type Person,
  queueDates,
  roomIds,
  userNames,
} from './people.ts';

/** Picks one of many. */
export const pick = <T>({ fraction }: Pick<Random, 'fraction'>, from: readonly T[]): T =>
  from[Math.floor(fraction() * from.length)] as T;

/** Frames that must be refused, and write nothing. */
export const nonsense: readonly Intent[] = [
  { action: 'no.such.action' },
  { action: 'subscribe', topic: 'room:not an id' },
  { action: 'subscribe', topic: 'queue:2023-02-30' },
  { action: 'interaction.record', payload: { clientId: 'c1', kind: 'x', by: 0 } },
  { action: 'engagement.update', payload: { clientId: 'c1' } },
  { action: 'room.send', topic: 'client:c1', payload: { body: 'x' } },
  { action: 'message.send', payload: { userId: '', body: 'x', tenant: 'south' } },
  { action: 'notification.read', payload: {} },
  { action: 'job.submit', payload: { kind: 'no.such.kind', input: {} } },
  { action: 'subscribe', topic: 'orders:*', payload: { last: 5 } },
  { action: 'subscribe', topic: 'tenant', payload: { last: 5 } },
  { action: 'subscribe', topic: 'news:c1', payload: { last: 5, since: { epoch: 'e', seq: 0 } } },
  { action: 'channel.publish', topic: 'news:*', payload: { data: 'x' } },
  { action: 'channel.publish', topic: 'orders:c1', payload: { data: 'x', messages: ['x'] } },
  { action: 'presence.set', topic: 'news:c1', payload: { data: 'x' } },
];

/** Makes an intent with a text of its own; nothing where there is nothing to intend. */
type MakeIntent = (random: Random, mark: string) => Intent | undefined;

/** All that somebody may ask to have changed, each as likely as the other. */
export function intentsOf(
  who: Person,
  known: Known,
  entered: (kind: string) => readonly string[],
): readonly MakeIntent[] {
  const own = clientIds.filter((id) => mayFollow(who, `client:${id}`));
  const works = isStaff(who) || who.roles.includes('client');
  return [
    message,
    (random, mark) => sayIn(random, pick(random, entered('room')), mark),
    (random, mark) =>
      publishOn(
        random,
        channelNames.filter((name) => mayPublish(who, name)),
        mark,
      ),
    (random, mark) => show(random, presenceTopics(entered), mark),
    (random) => interaction(random, own),
    (random) => readNotifications(random, known),
    (random, mark) => (random.fraction() < 0.5 ? submit(random, who, mark) : ask(random, known, mark)),
    (random) => cancel(random, known),
    ...(works ? [book, (random: Random) => turnUp(random, known)] : []),
    ...(isStaff(who)
      ? [(random: Random) => interaction(random, clientIds), engagement, alert, notification, forget]
      : []),
    ...(who.roles.includes('admin') ? [revocation] : []),
  ];
}

/** What is asked for without a look at who may: now and then it is allowed, mostly it must be refused. */
export function trespass(random: Random, who: Person, known: Known, mark: string): Intent {
  const { alerts, conversations, streams } = known.overheard;
  const [alertId, conversationId, streamId] = [alerts, conversations, streams].map((ids) =>
    pick(random, ids),
  );
  const date = pick(random, queueDates);
  const makers: MakeIntent[] = [
    () => interaction(random, clientIds),
    () => publishOn(random, channelNames, mark),
    ...[engagement, alert, notification, book, forgetNow],
    () =>
      checkIn(random, known) ?? { action: 'queue.checkIn', payload: { date, appointmentId: `${date}-1` } },
    () => ({ action: 'job.submit', payload: { kind: 'engagement.report', input: {} } }),
    ...(alertId ? [() => ({ action: 'alert.acknowledge', payload: { alertId } })] : []),
    ...(conversationId ? [() => ({ action: 'assistant.ask', payload: { text: mark, conversationId } })] : []),
    ...(streamId ? [() => ({ action: 'assistant.cancel', payload: { streamId } })] : []),
  ];
  // Those who may revoke do so often enough.
  const all = who.roles.includes('admin') ? makers : [...makers, revoke];
  return pick(random, all)(random, mark) as Intent;
}

/** What a machine asks for. */
export function machineIntents(who: Person, known: Known): readonly MakeIntent[] {
  if (who.roles.includes('admin')) return [revoke];
  return [
    (random) => interaction(random, clientIds),
    engagement,
    alert,
    message,
    (random, mark) => sayIn(random, `room:${pick(random, roomIds)}`, mark),
    (random, mark) => publishOn(random, channelNames, mark),
    notification,
    book,
    (random) => turnUp(random, known),
    (random, mark) => submit(random, who, mark),
  ];
}

const message: MakeIntent = (random, mark) => ({
  action: 'message.send',
  payload: { userId: pick(random, userNames), body: atLength(random, mark) },
});

const sayIn = (random: Random, topic: string | undefined, mark: string): Intent | undefined =>
  topic === undefined ? undefined : { action: 'room.send', topic, payload: { body: atLength(random, mark) } };

/** Mostly one thing, in whatever form; now and then several at once. */
function publishOn(random: Random, channels: readonly string[], mark: string): Intent | undefined {
  const topic = pick(random, channels);
  if (topic === undefined) return undefined;
  const chance = random.fraction();
  const count = 2 + Math.floor(random.fraction() * 5);
  const messages = Array.from({ length: count }, (_, nth) => ({ [mark]: nth }));
  const payload =
    chance < 0.3 ? { messages } : { data: chance < 0.5 ? [null, mark] : atLength(random, mark) };
  return { action: 'channel.publish', topic, payload };
}

/** Where somebody is seen by others. */
export const presenceTopics = (entered: (kind: string) => readonly string[]): readonly string[] =>
  [...entered('room'), ...entered('orders')].filter(hasPresence);

/** What others see of somebody where they are, if anything. */
export function show(random: Random, topics: readonly string[], mark: string): Intent | undefined {
  const topic = pick(random, topics);
  const data = random.fraction() < 0.2 ? null : { doing: mark };
  return topic === undefined ? undefined : { action: 'presence.set', topic, payload: { data } };
}

/** Now and then somebody says so much that not all of what a device missed has room in one answer. */
const atLength = (random: Random, mark: string) =>
  random.fraction() < 0.1 ? `${mark} ${'and so on '.repeat(600 + random.fraction() * 1400)}` : mark;

function interaction(random: Random, clients: readonly string[]): Intent | undefined {
  if (clients.length === 0) return undefined;
  const by = 1 + Math.floor(random.fraction() * 5);
  const kind = pick(random, ['login', 'call', 'page_view']);
  return { action: 'interaction.record', payload: { clientId: pick(random, clients), kind, by } };
}

const forgetNow: MakeIntent = (random) => {
  const kind = pick(random, ['login', 'call', 'page_view']);
  return { action: 'interaction.forget', payload: { clientId: pick(random, clientIds), kind } };
};

/** Seldom, so that there is mostly something to count on. */
const forget: MakeIntent = (random, mark) => (random.fraction() < 0.1 ? forgetNow(random, mark) : undefined);

const engagement: MakeIntent = (random, note) => ({
  action: 'engagement.update',
  payload: { clientId: pick(random, clientIds), note, score: Math.floor(random.fraction() * 100) },
});

const alert: MakeIntent = (random, title) => {
  const to = pick(random, [
    { tenant: true },
    { msp: true },
    { clientId: pick(random, clientIds) },
    { userId: pick(random, userNames) },
  ]);
  const dedupe = random.fraction() < 0.4 ? { dedupeKey: pick(random, ['disk', 'mail']) } : {};
  return { action: 'alert.raise', payload: { to, severity: 'info', title, ...dedupe } };
};

const notification: MakeIntent = (random, title) => ({
  action: 'notification.send',
  payload: { userId: pick(random, userNames), kind: pick(random, ['invoice', 'visit']), title },
});

/** Mostly some of the latest, several devices of a user the same ones; now and then all. */
export function readNotifications(random: Random, { notifications }: Known): Intent | undefined {
  if (notifications.length === 0) return undefined;
  if (random.fraction() < 0.2) return { action: 'notification.read', payload: { all: true } };
  const ids = notifications.filter(() => random.fraction() < 0.4);
  return { action: 'notification.read', payload: { ids } };
}

/** Few enough times that the best are soon gone. */
const book: MakeIntent = (random) => ({
  action: 'queue.book',
  payload: {
    date: pick(random, queueDates),
    doctorId: pick(random, ['dr-a', 'dr-b']),
    patientId: `p${Math.floor(random.fraction() * 50)}`,
    at: `${pick(random, ['09', '10', '11', '14'])}:${pick(random, ['00', '15', '30', '45'])}`,
  },
});

function checkIn(random: Random, { appointments }: Known): Intent | undefined {
  const appointment = pick(random, appointments);
  return appointment && { action: 'queue.checkIn', payload: appointment };
}

/** Mostly whoever booked comes; now and then it is called off. */
function turnUp(random: Random, known: Known): Intent | undefined {
  const intent = checkIn(random, known);
  return intent && random.fraction() < 0.3 ? { ...intent, action: 'queue.cancel' } : intent;
}

/** The last one ends before it begins, and of the one before not all is kept. */
const periods = [
  {},
  { from: '2023-11-14' },
  { to: '2023-11-14' },
  { from: '2023-11-12', to: '2023-11-14' },
  { from: '2023-11-15', to: '2023-11-14' },
];

function submit(random: Random, who: Person, mark: string): Intent {
  const report = isStaff(who) && random.fraction() < 0.2;
  const kind = report ? 'engagement.report' : 'translate';
  const input = report
    ? pick(random, periods)
    : { text: `${mark} hello`, to: pick(random, ['es', 'it', 'xx']) };
  return { action: 'job.submit', payload: { kind, input } };
}

function ask(random: Random, { conversations }: Known, text: string): Intent {
  const known = random.fraction() < 0.3 + conversations.length / 6 ? pick(random, conversations) : undefined;
  return { action: 'assistant.ask', payload: { text, ...(known && { conversationId: known }) } };
}

function cancel(random: Random, { streams }: Known): Intent | undefined {
  const streamId = streams.at(-1 - Math.floor(random.fraction() * 2));
  return streamId && random.fraction() < 0.5
    ? { action: 'assistant.cancel', payload: { streamId } }
    : undefined;
}

const revoke: MakeIntent = (random) => ({
  action: 'user.revoke',
  payload: { userId: pick(random, [...userNames, 'machine']) },
});

/** An admin's day is not spent on it. */
const revocation: MakeIntent = (random, mark) => (random.fraction() < 0.2 ? revoke(random, mark) : undefined);
