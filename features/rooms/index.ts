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

/** Rooms: any user of the tenant may subscribe. */
export const rooms = feature({
  name: 'rooms',
  contract: roomContract,
  actions: roomActions,
  topics: [roomTopics],
});
