import type { Feature } from '../../core/app.ts';
import { assistantHandlers } from './assistant.ts';
import { conversationTopics } from './conversation.ts';
import { streamWork } from './streamWork.ts';

/** Questions to a language model, and answers that come piece by piece. */
export const assistant: Feature = {
  name: 'assistant',
  actions: assistantHandlers,
  topics: [conversationTopics],
  work: [streamWork],
};
