import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { plenty, unthrottled } from '../../test/load/laneRun.ts';
import { localApiOf } from '../../test/load/localApi.ts';
import { pool } from '../../test/load/pool.ts';
import { startStackProcess } from '../../test/load/stackProcess.ts';
import { startServerlessOffline } from './serverlessOffline.ts';

/** What a crowd connects to, in a process of its own. */
export interface Served {
  /** One for each socket. */
  readonly urls: readonly string[];
  /** What anybody sends so that all get an `"interaction"`. */
  readonly trigger: string;
  stop(): Promise<void>;
}

const body = 'x'.repeat(150);
/** What the servers without an app of ours send to everybody as it is; about as long as an interaction's frame. */
const sentAsItIs = JSON.stringify({ action: 'broadcast', type: 'interaction', payload: { body } });

export const serve = {
  /** The least that a server can do. */
  'bare ws': (sockets) => serveAlone(new URL('./bareServer.ts', import.meta.url), sockets),
  /** With API Gateway's quotas and the stage's throttle out of the way: they would be all that is measured. */
  async 'local stack'(sockets) {
    const stack = await startStackProcess(unthrottled({ quotas: plenty, completions: false }));
    const { token } = localApiOf(stack.urls);
    const users = Array.from({ length: sockets }, (_, n) => `user-${n}`);
    const urls = await pool(users, 20, async (user) => {
      const signed = await token({ user, tenant: 'bench', roles: ['client'], clients: ['acme'] });
      return `${stack.urls.wsUrl}?token=${signed}`;
    });
    const payload = { clientId: 'acme', kind: 'bench' };
    const trigger = JSON.stringify({ action: 'interaction.record', payload });
    return { urls, trigger, stop: stack.stop };
  },
  '@tidings/gateway': (sockets) => serveAlone(new URL('./gatewayServer.mjs', import.meta.url), sockets),
  async 'serverless-offline'(sockets) {
    const { url, stop } = await startServerlessOffline();
    return { urls: many(url, sockets), trigger: sentAsItIs, stop };
  },
} satisfies Record<string, (sockets: number) => Promise<Served>>;

export type CrowdServer = keyof typeof serve;

/** A module that sends its address to who started it, and ends when that one leaves. */
async function serveAlone(module: URL, sockets: number): Promise<Served> {
  const server = fork(module, { execArgv: ['--import', 'tsx'] });
  const [url] = (await once(server, 'message')) as [string];
  return { urls: many(url, sockets), trigger: sentAsItIs, stop: () => leave(server) };
}

async function leave(server: ChildProcess): Promise<void> {
  const ended = once(server, 'exit');
  server.disconnect();
  await ended;
}

const many = (url: string, sockets: number) => Array.from({ length: sockets }, () => url);
