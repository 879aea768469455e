import { feature } from '../../core/feature.ts';
import { boardTopics } from './boardTopics.ts';
import { queueContract } from './contract.ts';
import { queueActions } from './queue.ts';

/** Queue boards: who waits for which doctor. */
export const queue = feature({
  name: 'queue',
  contract: queueContract,
  actions: queueActions,
  topics: [boardTopics],
});
