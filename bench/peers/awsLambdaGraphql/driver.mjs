import {
  DynamoDBConnectionManager,
  DynamoDBEventProcessor,
  DynamoDBEventStore,
  DynamoDBSubscriptionManager,
  PubSub,
  Server,
} from 'aws-lambda-graphql';
import aws from 'aws-sdk';
import { awsSettings } from '../../awsSettings.ts';
import { drive, places, socketEvent, tableOf } from '../driver.ts';

const { database, posts } = places();
const dynamoDbClient = new aws.DynamoDB.DocumentClient({ ...awsSettings, endpoint: database });
const subscriptions = new DynamoDBSubscriptionManager({ dynamoDbClient });
const connectionManager = new DynamoDBConnectionManager({
  dynamoDbClient,
  subscriptions,
  apiGatewayManager: new aws.ApiGatewayManagementApi({ ...awsSettings, endpoint: posts }),
});

/** What the table's stream would hand on: the rows that the store puts. */
const stored = [];
const keeping = {
  put(params) {
    stored.push(params.Item);
    return dynamoDbClient.put(params);
  },
};
const pubSub = new PubSub({ eventStore: new DynamoDBEventStore({ dynamoDbClient: keeping }) });
/** A failed post is only noted by the package, so that the stream does not begin anew. */
const failures = [];
const server = new Server({
  connectionManager,
  subscriptionManager: subscriptions,
  eventProcessor: new DynamoDBEventProcessor({ onError: (error) => failures.push(error) }),
  typeDefs: 'type Query { hello: String } type Subscription { news: String }',
  resolvers: { Subscription: { news: { subscribe: pubSub.subscribe('NEWS'), resolve: ({ news }) => news } } },
  onError: (error) => failures.push(error),
});
const onSocket = server.createWebSocketHandler();
const onEvents = server.createEventHandler();

async function handle(connectionId, routeKey, message) {
  const { statusCode, body } = await onSocket(socketEvent(connectionId, routeKey, message));
  if (statusCode !== 200) throw new Error(`${routeKey} was answered with ${statusCode}: ${body}`);
}

await drive({
  tables: [
    tableOf('Connections', 'id'),
    tableOf('Subscriptions', 'event', 'subscriptionId'),
    tableOf('SubscriptionOperations', 'subscriptionId'),
    tableOf('Events', 'id'),
  ],
  async subscribe(connectionId) {
    await handle(connectionId, '$connect');
    await handle(connectionId, '$default', { type: 'connection_init', payload: {} });
    await handle(connectionId, '$default', {
      type: 'start',
      id: 'news',
      payload: { query: 'subscription News { news }', operationName: 'News', variables: {} },
    });
  },
  async publish() {
    await pubSub.publish('NEWS', { news: 'x'.repeat(200) });
    const Records = stored.splice(0).map((row) => ({
      eventName: 'INSERT',
      dynamodb: { NewImage: aws.DynamoDB.Converter.marshall(row) },
    }));
    await onEvents({ Records }, {});
    if (failures.length > 0) throw failures.splice(0)[0];
  },
  disconnect: (connectionId) => handle(connectionId, '$disconnect'),
});
