import { type Feature, feature } from '../../core/feature.ts';
import { describeConnection, listConnections } from './connections.ts';
import { consoleContract } from './contract.ts';
import { readLog } from './topicLog.ts';
import { describeTopic, listFollowers, listTopics } from './topics.ts';

/** What the console asks for an admin, of the admin's own tenant: who is connected, and what is stored of its topics. */
export const adminConsole: Feature<typeof consoleContract> = feature({
  name: 'adminConsole',
  contract: consoleContract,
  actions: {
    'connections.list': listConnections,
    'connection.describe': describeConnection,
    'topic.list': listTopics,
    'topic.describe': describeTopic,
    'topic.followers': listFollowers,
    'topic.log': readLog,
  },
});
