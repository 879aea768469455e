import { feature } from '../../core/feature.ts';
import { boardTopics } from './boardTopics.ts';
import { queueContract } from './contract.ts';
import { queueActions } from './queue.ts';
import { queueSettings } from './settings.ts';

/** Queue boards: who waits for which doctor. */
export const queue = feature({
  name: 'queue',
  contract: queueContract,
  settings: queueSettings,
  actions: queueActions,
  topics: [boardTopics],
});
