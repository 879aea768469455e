import { feature } from '../../core/feature.ts';
import { idleMs, topicKind } from '../../core/topics.ts';
import { roomContract } from './contract.ts';
import { roomActions } from './rooms.ts';

const roomTopics = topicKind({
  name: 'room',
  maySubscribe: () => true,
  initial: {},
  keptUntilMs: (now) => now + idleMs,
  presence: true,
});

/** Rooms: whoever of the tenant subscribes is in. */
export const rooms = feature({
  name: 'rooms',
  contract: roomContract,
  actions: roomActions,
  topics: [roomTopics],
});
