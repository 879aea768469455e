import { fork } from 'node:child_process';
import { once } from 'node:events';
import { plenty, unthrottled } from '../test/load/laneRun.ts';
import { localApiOf } from '../test/load/localApi.ts';
import { pool } from '../test/load/pool.ts';
import { startStackProcess } from '../test/load/stackProcess.ts';

export const crowdServers = ['bare ws', 'local stack'] as const;
export type CrowdServer = (typeof crowdServers)[number];

/** What a crowd connects to, in a process of its own. */
export interface Served {
  /** One for each socket. */
  readonly urls: readonly string[];
  stop(): Promise<void>;
}

export const serve: Record<CrowdServer, (sockets: number) => Promise<Served>> = {
  async 'bare ws'(sockets) {
    const server = fork(new URL('./bareServer.ts', import.meta.url), { execArgv: ['--import', 'tsx'] });
    const [url] = (await once(server, 'message')) as [string];
    return {
      urls: Array.from({ length: sockets }, () => url),
      async stop() {
        const ended = once(server, 'exit');
        server.disconnect();
        await ended;
      },
    };
  },
  /** With API Gateway's quotas and the stage's throttle out of the way: they would be all that is measured. */
  async 'local stack'(sockets) {
    const stack = await startStackProcess(unthrottled({ quotas: plenty, completions: false }));
    const { token } = localApiOf(stack.urls);
    const users = Array.from({ length: sockets }, (_, n) => `user-${n}`);
    const urls = await pool(users, 20, async (user) => {
      const signed = await token({ user, tenant: 'bench', roles: ['client'], clients: ['acme'] });
      return `${stack.urls.wsUrl}?token=${signed}`;
    });
    return { urls, stop: stack.stop };
  },
};
