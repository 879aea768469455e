import type { Random } from '../../../core/ports.ts';
import type { Scheduler } from '../world/scheduler.ts';
import type { Intent } from './asks.ts';
import type { Device } from './device.ts';
import type { Event } from './inbox.ts';
import { intentsOf, nonsense, pick, presenceTopics, readNotifications, show, trespass } from './intents.ts';
import { type Known, learnFromEvent, learnFromReply } from './knowledge.ts';
import {
  allChannels,
  channelNames,
  hasPresence,
  keepsHistory,
  mayFollow,
  queueDates,
  roomIds,
} from './people.ts';

interface BehaviourParts {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly meanPauseMs: number;
  /** What the device's user knows. */
  readonly known: Known;
}

/** How long somebody stays away at most: mostly for a moment, and now and then so long that much is missed. */
const awayMs = [8000, 8000, 8000, 8000, 8000, 8000, 180_000, 180_000, 180_000, 360_000];

/** How many of a topic's last events somebody asks for who comes to it. */
const lastWanted = [undefined, undefined, undefined, 1, 2, 5, 50];

/** Lives one device's life until it is told to be quiet: mostly it publishes, now and then it comes and goes. */
export function behaviours(device: Device, { scheduler, random, meanPauseMs, known }: BehaviourParts) {
  let quiet = false;
  let said = 0;
  const { person } = device;
  const intents = intentsOf(person, known, device.entered);
  const mark = () => `${person.tenant}|${device.name}|${said++}`;

  const act = () => {
    if (quiet) return;
    scheduler.after(-Math.log(1 - random.fraction()) * meanPauseMs, act);
    const chance = random.fraction();
    if (chance < 0.015) return device.reload();
    if (chance < 0.07) return leaveSomehow();
    if (!device.isReady()) return;
    if (chance < 0.15) return enterSomething();
    if (chance < 0.18) return leaveSomething();
    if (chance < 0.21) return void device.ask(pick(random, nonsense));
    if (chance < 0.22)
      return void device.ask({ action: 'subscribe', topic: pick(random, ['msp', 'client:c3']) });
    if (chance < 0.23) return void callInto();
    if (chance < 0.25) return void device.change(trespass(random, person, known, mark()));
    const intent = pick(random, intents)(random, mark());
    if (intent) void change(intent);
  };

  /** Who asked the assistant stays to hear the answer. */
  const change = async (intent: Intent) => {
    const reply = await device.change(intent);
    learnFromReply(known, intent, reply);
    if (intent.action !== 'assistant.ask' || reply?.type !== 'ack') return;
    await device.enter(`conversation:${reply.payload.conversationId}`);
  };

  const leaveSomehow = () => {
    const how = pick(random, ['closed', 'killed', 'silent'] as const);
    device.hangUp(how, random.fraction() * pick(random, awayMs));
  };

  const enterSomething = () => {
    const conversation = pick(random, known.conversations);
    const topics = [
      ...roomIds.map((id) => `room:${id}`),
      ...queueDates.map((date) => `queue:${date}`),
      ...(conversation ? [`conversation:${conversation}`] : []),
      ...[...channelNames, ...allChannels],
    ];
    const topic = pick(random, topics);
    const last = keepsHistory(topic) ? pick(random, lastWanted) : undefined;
    if (mayFollow(person, topic)) return void device.enter(topic, last);
    // A board, or a channel, is not for everybody: who asks for one all the same is refused, and must not be shown it.
    void device.ask({ action: 'subscribe', topic, payload: last === undefined ? {} : { last } });
  };

  /** Into a room that it is not in, or to be seen there: that is refused, and must not be heard there. */
  const callInto = () => {
    const topics = [...roomIds.map((id) => `room:${id}`), ...channelNames.filter(hasPresence)];
    const others = topics.filter((topic) => !presenceTopics(device.entered).includes(topic));
    const topic = pick(random, others);
    if (topic === undefined) return;
    const isSaid = topic.startsWith('room:') && random.fraction() < 0.7;
    const said = isSaid
      ? { action: 'room.send', payload: { body: mark() } }
      : { action: 'presence.set', payload: { data: mark() } };
    void device.ask({ topic, ...said });
  };

  const leaveSomething = () => {
    const kinds = ['room', 'queue', 'conversation', 'orders', 'news'];
    const entered = kinds.flatMap((kind) => device.entered(kind));
    const topic = pick(random, entered);
    if (topic !== undefined) void device.leave(topic);
  };

  return {
    begin: () => void scheduler.after(random.fraction() * meanPauseMs, act),
    /** What others see of it from now on is the last that it does. */
    hush() {
      quiet = true;
      const intent = show(random, presenceTopics(device.entered), mark());
      if (intent) void change(intent);
    },
    /** Some alerts and notifications are answered by whoever sees them, several devices at once among them. */
    onEvent({ topic, payload }: Event) {
      const fields = payload as Readonly<Record<string, unknown>>;
      learnFromEvent(known, topic, fields);
      if (quiet || random.fraction() > 0.3) return;
      if ('alertId' in fields && 'title' in fields) {
        void change({ action: 'alert.acknowledge', payload: { alertId: fields.alertId } });
      }
      if (topic !== 'user:me' || !('unread' in fields) || !('title' in fields)) return;
      const intent = readNotifications(random, known);
      if (intent) void change(intent);
    },
  };
}
