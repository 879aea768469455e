import {
  ApiGatewayManagementApiClient,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { openSockets } from '../../adapters/apigateway/connect.ts';
import { awsSettings } from '../awsSettings.ts';
import { answer } from '../inProcess.ts';
import type { PostVariant } from './posts.ts';

const [variant, endpoint = ''] = process.argv.slice(2) as [PostVariant, string];
const settings = { ...awsSettings, endpoint };
const frame = JSON.stringify({ type: 'bench', payload: { body: 'x'.repeat(950) } });
const posts = { warmUp: 2000, counted: 10_000, atOnce: 64 };

const ways: Record<PostVariant, () => (connectionId: string) => Promise<unknown>> = {
  'SDK as it comes': () => {
    const client = new ApiGatewayManagementApiClient(settings);
    return (ConnectionId) => client.send(new PostToConnectionCommand({ ConnectionId, Data: frame }));
  },
  tidings: () => {
    const sockets = openSockets(settings);
    return (connectionId) => sockets.post(connectionId, frame);
  },
};

const post = ways[variant]();

/** Both ways are held to the same number at once. */
async function postMany(count: number): Promise<void> {
  let next = 0;
  const work = async () => {
    while (next < count) await post(`connection-${next++}=`);
  };
  await Promise.all(Array.from({ length: posts.atOnce }, work));
}

await postMany(posts.warmUp);
const before = process.cpuUsage();
await postMany(posts.counted);
const { user, system } = process.cpuUsage(before);
answer((user + system) / 1000 / (posts.counted / 1000));
