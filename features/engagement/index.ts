import { type Feature, feature } from '../../core/feature.ts';
import { clientFeeds, clientTopics, mspFeed } from './clientTopics.ts';
import { engagementContract } from './contract.ts';
import { engagementActions } from './engagement.ts';
import { engagementSettings } from './settings.ts';

export { engagementReport } from './engagementReport.ts';

/** What a provider knows of its clients. */
export const engagement: Feature<typeof engagementContract> = feature({
  name: 'engagement',
  contract: engagementContract,
  settings: engagementSettings,
  actions: engagementActions,
  topics: [clientTopics, mspFeed],
  feeds: clientFeeds,
});
