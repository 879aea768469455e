import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import type { LocalAws } from '../../local/http/localApi.ts';
import { testStage } from '../../test/infra/template.ts';
import { selfSigned } from '../../test/support/selfSigned.ts';
import { startTestStack } from '../../testing/testStack.ts';

export interface Services {
  /** The environment of a function. */
  readonly environment: Readonly<Record<string, string>>;
  readonly token: string;
  stop(): Promise<void>;
}

/**
 * What functions talk to: the local stack's database, queues and event bus, its stand-ins for Translate and Bedrock, and
 * an @connections that takes every post. As on AWS they are reached by TLS, which is most of a first request; only the
 * queues are not.
 */
export async function startServices(): Promise<Services> {
  const own = selfSigned();
  const folder = mkdtempSync(join(tmpdir(), 'tidings-bench-'));
  const ca = join(folder, 'ca.pem');
  writeFileSync(ca, own.cert);
  const stack = await startTestStack({ memory: false });
  const aws = (await (await fetch(`${stack.httpUrl}/_local/aws`)).json()) as LocalAws;
  const byTls = (url = '') => {
    const port = Number(new URL(url).port);
    return createTlsServer(own, (socket) => {
      const plain = connect(port, '127.0.0.1');
      socket.pipe(plain).pipe(socket);
      for (const end of [socket, plain]) end.on('error', () => [socket, plain].map((one) => one.destroy()));
    });
  };
  const database = byTls(aws.dynamodb);
  const others = byTls(aws.endpoint);
  const connections = createHttpsServer(own, (request, response) => {
    request.resume().on('end', () => response.end());
  });
  const queueNamed = (name: RegExp) => aws.queues.find((queue) => name.test(queue.name))?.url ?? '';
  // A worker of the stack would do what is to be measured, but nobody reads dead letters.
  const unread = queueNamed(/JobWorkDead/);
  const { settings } = testStage({
    tokens: { issuer: stack.issuer, audience: 'tidings' },
    assistant: { provider: 'bedrock' },
  });
  const otherServices = await listen(others);
  return {
    environment: {
      NODE_EXTRA_CA_CERTS: ca,
      AWS_REGION: aws.region,
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_ENDPOINT_URL_DYNAMODB: await listen(database),
      TABLE_NAME: aws.tableName,
      MANAGEMENT_URL: `${await listen(connections)}/dev`,
      AWS_ENDPOINT_URL_EVENTBRIDGE: otherServices,
      AWS_ENDPOINT_URL_TRANSLATE: otherServices,
      AWS_ENDPOINT_URL_BEDROCK_RUNTIME: otherServices,
      EVENT_BUS_NAME: aws.eventBusName ?? '',
      DELIVERY_QUEUE_URL: queueNamed(/^Delivery(?!Dead)/),
      JOB_QUEUE_URL: unread,
      STREAM_QUEUE_URL: unread,
      SETTINGS: JSON.stringify({ ...settings, metrics: false }),
    },
    token: await stack.token({ user: 'ada', tenant: 'bench', roles: ['msp'] }),
    async stop() {
      connections.closeAllConnections();
      for (const server of [connections, database, others]) server.close();
      await stack.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

async function listen(server: Server): Promise<string> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
