import type { Feature } from '../../core/app.ts';
import { idleMs, topicKind } from '../../core/topics.ts';
import { roomHandlers } from './rooms.ts';

const roomTopics = topicKind({
  name: 'room',
  maySubscribe: () => true,
  initial: {},
  keptUntilMs: (now) => now + idleMs,
  presence: true,
});

/** Rooms: whoever of the tenant subscribes is in. */
export const rooms: Feature = { name: 'rooms', actions: roomHandlers, topics: [roomTopics] };
