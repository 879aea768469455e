import type { Feature } from '../../core/app.ts';
import { boardTopics } from './boardTopics.ts';
import { queueHandlers } from './queue.ts';

/** Queue boards: who waits for which doctor. */
export const queue: Feature = { name: 'queue', actions: queueHandlers, topics: [boardTopics] };
