import type { Feature } from '../../core/app.ts';
import { clientFeeds, clientTopics, mspFeed } from './clientTopics.ts';
import { engagementHandlers } from './engagement.ts';

/** What a provider knows of its clients. */
export const engagement: Feature = {
  name: 'engagement',
  actions: engagementHandlers,
  topics: [clientTopics, mspFeed],
  feeds: clientFeeds,
};
