export { describeConnection, listConnections } from './connections.ts';
export { readLog } from './topicLog.ts';
export { describeTopic, listFollowers, listTopics } from './topics.ts';
