import {
  type ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GetConnectionCommand,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import type { Delivery, Sockets } from '../../core/ports.ts';
import { type FastPostSettings, useFastPosts } from './fastPosts.ts';

export interface ApiGatewaySocketsParts extends FastPostSettings {
  readonly client: ApiGatewayManagementApiClient;
}

interface Carrier {
  readonly command: PostToConnectionCommand;
  delivered(): Delivery;
  failed(error: unknown): Delivery;
}

/**
 * The sockets of an API Gateway WebSocket API, by its @connections commands. The client is given the short
 * way for posts (`fastPosts.ts`). A failure that is neither `gone` nor `behind` throws the SDK's error: 403
 * where the right or the stage is missing, 413 above 128 KB.
 */
export function apiGatewaySockets({ client, ...settings }: ApiGatewaySocketsParts): Sockets {
  useFastPosts(client, settings);
  // A command makes a stack of middleware of its own, which is a tenth of what a post leaves to be collected. So each
  // carries one post after the other, with what is called when it ends.
  const unused: Carrier[] = [];
  const newCarrier = (): Carrier => {
    const carrier: Carrier = {
      command: new PostToConnectionCommand({ ConnectionId: '', Data: '' }),
      delivered() {
        unused.push(carrier);
        return 'delivered';
      },
      failed(error) {
        unused.push(carrier);
        if (isGone(error)) return 'gone';
        if (nameOf(error) === 'LimitExceededException') return 'behind';
        throw error;
      },
    };
    return carrier;
  };
  return {
    post(connectionId, frame) {
      const { command, delivered, failed } = unused.pop() ?? newCarrier();
      command.input.ConnectionId = connectionId;
      command.input.Data = frame;
      return client.send(command).then(delivered, failed);
    },
    async close(connectionId) {
      const command = () => client.send(new DeleteConnectionCommand({ ConnectionId: connectionId }));
      return (await wasThere(command)) ? 'closed' : 'gone';
    },
    async probe(connectionId) {
      const command = () => client.send(new GetConnectionCommand({ ConnectionId: connectionId }));
      return (await wasThere(command)) ? 'open' : 'gone';
    },
  };
}

async function wasThere(send: () => Promise<unknown>): Promise<boolean> {
  try {
    await twice(send);
    return true;
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}

/** Both commands that use it may be repeated without harm. */
async function twice(send: () => Promise<unknown>): Promise<unknown> {
  try {
    return await send();
  } catch (error) {
    const status = statusOf(error);
    if (status !== undefined && status < 500) throw error;
    return send();
  }
}

/**
 * 410, and the 400 for an id that could never have been one. Any other 400 must not look like a lost
 * connection: its rows would be deleted. The SDK names its errors; `statusCode` is never set on them.
 */
function isGone(error: unknown): boolean {
  if (nameOf(error) === 'GoneException' || statusOf(error) === 410) return true;
  return statusOf(error) === 400 && error instanceof Error && /invalid connectionid/i.test(error.message);
}

const nameOf = (error: unknown): string | undefined => (error instanceof Error ? error.name : undefined);

function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('$metadata' in error)) return undefined;
  const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
  return $metadata?.httpStatusCode;
}
