import { makeExecutableSchema } from '@graphql-tools/schema';
import aws from 'aws-sdk';
import { makeServer, subscribe } from 'graphql-lambda-subscriptions';
import { awsSettings } from '../../awsSettings.ts';
import { drive, places, socketEvent, tableOf } from '../driver.ts';

const { database, posts } = places();
const schema = makeExecutableSchema({
  typeDefs: 'type Query { hello: String } type Subscription { news: String }',
  resolvers: {
    Subscription: { news: { subscribe: subscribe('NEWS'), resolve: ({ payload }) => payload.news } },
  },
});
const { webSocketHandler, publish } = makeServer({
  dynamodb: new aws.DynamoDB({ ...awsSettings, endpoint: database }),
  apiGatewayManagementApi: new aws.ApiGatewayManagementApi({ ...awsSettings, endpoint: posts }),
  schema,
});

const handle = (...event) => webSocketHandler(socketEvent(...event));

await drive({
  tables: [
    tableOf('graphql_connections', 'id'),
    tableOf('graphql_subscriptions', 'id', undefined, {
      ConnectionIndex: 'connectionId',
      TopicIndex: 'topic',
    }),
  ],
  async subscribe(connectionId) {
    await handle(connectionId, '$connect');
    await handle(connectionId, '$default', { type: 'connection_init' });
    await handle(connectionId, '$default', {
      type: 'subscribe',
      id: 'news',
      payload: { query: 'subscription News { news }', operationName: 'News' },
    });
  },
  publish: () => publish({ topic: 'NEWS', payload: { news: 'x'.repeat(200) } }),
  disconnect: (connectionId) => handle(connectionId, '$disconnect'),
});
