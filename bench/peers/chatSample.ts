import {
  ApiGatewayManagementApiClient,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, DynamoDBDocumentClient, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { awsSettings } from '../awsSettings.ts';
import { drive, places, tableOf } from './driver.ts';

/**
 * The pattern of AWS's chat sample, written anew: a row a connection, and a message is posted to all that one Scan finds,
 * at once. Its test for who is gone reads a field that errors of this SDK do not have.
 * https://github.com/aws-samples/simple-websockets-chat-app
 */
const TableName = 'connections';
const { database, posts } = places();
const table = DynamoDBDocumentClient.from(new DynamoDBClient({ ...awsSettings, endpoint: database }));
const message = JSON.stringify({ message: 'sendmessage', data: 'x'.repeat(200) });

await drive({
  tables: [tableOf(TableName, 'connectionId')],
  subscribe: async (connectionId) =>
    void (await table.send(new PutCommand({ TableName, Item: { connectionId } }))),
  async publish() {
    const { Items = [] } = await table.send(
      new ScanCommand({ TableName, ProjectionExpression: 'connectionId' }),
    );
    const api = new ApiGatewayManagementApiClient({ ...awsSettings, endpoint: posts });
    const sent = Items.map(async ({ connectionId }) => {
      try {
        await api.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: message }));
      } catch (error) {
        if ((error as { statusCode?: number }).statusCode !== 410) throw error;
        await table.send(new DeleteCommand({ TableName, Key: { connectionId } }));
      }
    });
    await Promise.all(sent);
  },
  disconnect: async (connectionId) =>
    void (await table.send(new DeleteCommand({ TableName, Key: { connectionId } }))),
});
