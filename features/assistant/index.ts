import { type Feature, feature } from '../../core/feature.ts';
import { assistantActions } from './assistant.ts';
import { assistantContract } from './contract.ts';
import { conversationTopics } from './conversation.ts';
import { assistantSettings } from './settings.ts';
import { streamWork } from './streamWork.ts';

/** Questions to a language model, and answers that come piece by piece. */
export const assistant: Feature<typeof assistantContract> = feature({
  name: 'assistant',
  contract: assistantContract,
  settings: assistantSettings,
  actions: assistantActions,
  topics: [conversationTopics],
  work: [streamWork],
});
