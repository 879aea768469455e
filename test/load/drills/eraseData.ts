import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { callAction } from '../../../packages/cli/src/callAction.ts';
import type { StackAddresses } from '../../support/localStack.ts';
import { type Crowd, gatherCrowd } from '../crowd.ts';
import { createFollower } from '../follower.ts';
import { plenty, withStack } from '../laneRun.ts';
import { localApiOf } from '../localApi.ts';
import { alsoWrong, type Drill, duringTraffic, judge, moreEvents, unless } from './drill.ts';

/**
 * A user and a whole tenant leave while others go on. Nothing is left of either, and the others miss nothing and keep their
 * connections.
 */
export const eraseData: Drill = ({ seed, log }) =>
  withStack({ quotas: plenty }, async ({ urls }) => {
    const crowd = await gatherCrowd({ urls, sockets: 40, seed, log, connectsPerSecond: 50 });
    const leaver = ['--tenant', crowd.tenant, '--user', 'leaver'];
    const company = ['--tenant', `${crowd.tenant}-leaves`];
    const left: Record<string, readonly [number, number]> = {};
    try {
      await duringTraffic(crowd, async () => {
        await useThenRevoke(urls, crowd);
        await notify(urls, company[1] ?? '', 'somebody');
        for (const whose of [leaver, company]) {
          const planned = await erase(urls, ...whose);
          log(`${whose.join(' ')}: ${planned} rows are erased`);
          if (planned === 0) throw new Error('there was nothing to erase');
          await erase(urls, ...whose, '--yes', '--rate', '10000');
          left[`rows that are left of ${whose.join(' ')}`] = [await erase(urls, ...whose), 0];
          await moreEvents(crowd, 30);
        }
      });
      const lost = crowd.followers.filter(({ figures }) => figures.opened > 1).length;
      return alsoWrong(await judge(crowd), ...unless({ ...left, 'connections that were lost': [lost, 0] }));
    } finally {
      crowd.stop();
    }
  });

/** Somebody is connected and told something; then an admin ends it, without which the command refuses. */
async function useThenRevoke(urls: StackAddresses, { tenant, clients, random }: Crowd): Promise<void> {
  const local = localApiOf(urls);
  const person = { user: 'leaver', tenant, roles: ['client'], clients: clients.slice(0, 1) } as const;
  const token = await local.token(person);
  const topics = ['user:me', 'tenant'];
  const follower = createFollower({ wsUrl: urls.wsUrl, userId: 'leaver', token, topics, random });
  try {
    await follower.start();
    await notify(urls, tenant, 'leaver');
    const admin = await local.token({ user: 'root', tenant, roles: ['admin'] });
    await act(urls, admin, 'user.revoke', { userId: 'leaver' });
  } finally {
    follower.stop();
  }
}

async function notify(urls: StackAddresses, tenant: string, userId: string): Promise<void> {
  const token = await localApiOf(urls).token({ user: 'sender', tenant, roles: ['msp'] });
  await act(urls, token, 'notification.send', { userId, kind: 'invoice', title: 'due' });
}

const act = ({ httpUrl: url }: StackAddresses, token: string, action: string, payload: object) =>
  callAction({ url, token }, { env: {} }, { action, payload, ref: randomUUID() });

const execute = promisify(execFile);

/** Runs the command as an operator does. @returns how many rows there were @throws where it failed, or knows not whose one is */
async function erase({ httpUrl }: StackAddresses, ...words: readonly string[]): Promise<number> {
  const line = ['packages/cli/bin/tidings.mjs', 'erase', '--url', httpUrl, ...words];
  const { stdout } = await execute(process.execPath, line);
  const { erased, wouldErase = erased } = JSON.parse(stdout) as Record<string, Record<string, number>>;
  return Object.values(wouldErase ?? {}).reduce((sum, rows) => sum + rows, 0);
}
