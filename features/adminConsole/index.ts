import { type Feature, feature } from '../../core/feature.ts';
import { consoleContract } from './contract.ts';

/** With the first that is asked: an admin looks now and then, and each start of a function would load them. */
const load = () => import('./actions.ts');

/** What the console asks for an admin, of the admin's own tenant: who is connected, and what is stored of its topics. */
export const adminConsole: Feature<typeof consoleContract> = feature({
  name: 'adminConsole',
  contract: consoleContract,
  actions: {
    'connections.list': async (call) => (await load()).listConnections(call),
    'connection.describe': async (call) => (await load()).describeConnection(call),
    'topic.list': async (call) => (await load()).listTopics(call),
    'topic.describe': async (call) => (await load()).describeTopic(call),
    'topic.followers': async (call) => (await load()).listFollowers(call),
    'topic.log': async (call) => (await load()).readLog(call),
  },
});
