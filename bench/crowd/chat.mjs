import {
  ApiGatewayManagementApiClient,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';

const atOnce = 64;

/**
 * The function behind both gateways: it knows who is connected, and posts a `broadcast` to everybody.
 * It keeps them in memory, so that nothing but the gateway is measured.
 */
export function createChat(endpointOf) {
  const connected = new Set();
  let client;
  return async ({ requestContext: { routeKey, connectionId }, body }) => {
    if (routeKey === '$connect') connected.add(connectionId);
    if (routeKey === '$disconnect') connected.delete(connectionId);
    if (routeKey !== 'broadcast') return { statusCode: 200 };
    client ??= new ApiGatewayManagementApiClient({
      endpoint: endpointOf(),
      region: 'eu-west-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    const waiting = [...connected];
    const post = async () => {
      for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
        await client.send(new PostToConnectionCommand({ ConnectionId: id, Data: body }));
      }
    };
    await Promise.all(Array.from({ length: atOnce }, post));
    return { statusCode: 200 };
  };
}
