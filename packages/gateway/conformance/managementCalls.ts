import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GetConnectionCommand,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import type { Rig } from './rig.ts';

function client({ origin }: Rig, stage: string): ApiGatewayManagementApiClient {
  return new ApiGatewayManagementApiClient({
    endpoint: `${origin}${stage}`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'id', secretAccessKey: 'secret' },
    maxAttempts: 1,
  });
}

/** AWS's own client, with each call tried once. */
export function sdk(rig: Rig, stage = '/dev') {
  const aws = client(rig, stage);
  return {
    post: (ConnectionId: string, Data: string | Buffer = 'hello') =>
      aws.send(new PostToConnectionCommand({ ConnectionId, Data })),
    get: (ConnectionId: string) => aws.send(new GetConnectionCommand({ ConnectionId })),
    remove: (ConnectionId: string) => aws.send(new DeleteConnectionCommand({ ConnectionId })),
  };
}

/** What a program sees of an error of AWS's client. */
export function named(name: string, httpStatusCode: number): object {
  return { name, $metadata: { httpStatusCode } };
}

/** The address of a connection, for calls without the SDK. */
export function addressOf({ origin }: Rig, id: string): string {
  return `${origin}/dev/@connections/${encodeURIComponent(id)}`;
}

/** Enough of a signature for the gateway, which does not check it. */
export const signed = { authorization: 'AWS4-HMAC-SHA256 none' };
