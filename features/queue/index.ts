import { type Feature, feature } from '../../core/feature.ts';
import type { TopicRule } from '../../core/topics.ts';
import { boardTopics } from './boardTopics.ts';
import { type QueueContract, queueContract } from './contract.ts';
import { queueActions } from './queue.ts';
import { queueSettings } from './settings.ts';

/** What an app says of its boards. */
export interface QueueOptions {
  /**
   * Who may see a board, by its date. It does not say who may book: a client’s user may without seeing it.
   *
   * @default msp and service, since a board shows the patients of every client
   */
  readonly maySubscribe?: TopicRule;
  /** The rule in words, for the documents. */
  readonly who?: string;
}

/**
 * Queue boards: who waits for which doctor.
 *
 * @example
 * queue({ maySubscribe: ({ roles }) => roles.includes('msp'), who: 'msp' })
 */
export function queue({ maySubscribe, who }: QueueOptions = {}): Feature<QueueContract> {
  const inWords = who ?? (maySubscribe ? 'whom the app’s rule allows' : 'msp, service');
  return feature({
    name: 'queue',
    contract: queueContract(inWords),
    settings: queueSettings,
    actions: queueActions,
    topics: [maySubscribe ? { ...boardTopics, maySubscribe } : boardTopics],
  });
}
