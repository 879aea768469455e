import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkoutCopy } from '../../support/checkoutCopy.ts';
import { gatherCrowd } from '../crowd.ts';
import { plenty } from '../laneRun.ts';
import { alsoWrong, type Drill, duringTraffic, judge, moreEvents, unless, withKeptStack } from './drill.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url)).replace(/[/\\]$/, '');

/**
 * Another release takes over while clients are connected and publish, and then the one before again; at last the whole
 * stack starts anew on the rows of both. Connections outlive the first two, and nothing is lost by any.
 */
export const rollback: Drill = async ({ seed, log }) => {
  const checkout = checkoutCopy(root);
  try {
    return await withKeptStack(
      { quotas: plenty, watch: true },
      async (stack) => {
        const { urls } = stack.now();
        const crowd = await gatherCrowd({ urls, sockets: 40, seed, log, connectsPerSecond: 50 });
        const file = join(checkout, 'core/api/version.ts');
        const before = await readFile(file, 'utf8');
        const release = async (text: string) => {
          const version = /'(.*)'/.exec(text)?.[1] ?? '';
          await writeFile(file, text);
          while ((await versionAt(urls.httpUrl)) !== version) await moreEvents(crowd, 1);
          log(`${version} serves`);
        };
        try {
          await duringTraffic(crowd, async () => {
            await moreEvents(crowd, 20);
            await release(before.replace(/'(.*)'/, "'$1-next'"));
            await moreEvents(crowd, 20);
            await release(before);
            await moreEvents(crowd, 20);
          });
          const reopened = crowd.followers.filter(({ figures }) => figures.opened > 1).length;
          await duringTraffic(crowd, async () => {
            await stack.restart();
            await Promise.all(crowd.followers.map((one) => one.opened()));
            await moreEvents(crowd, 20);
          });
          const resumed = crowd.followers.filter(({ figures }) => figures.opened > 1).length;
          return alsoWrong(
            await judge(crowd),
            ...unless({
              'connections that a release ended': [reopened, 0],
              'connections that came back after the restart': [resumed, crowd.followers.length],
            }),
          );
        } finally {
          crowd.stop();
        }
      },
      checkout,
    );
  } finally {
    await rm(checkout, { recursive: true, force: true });
  }
};

async function versionAt(httpUrl: string): Promise<unknown> {
  const { version } = (await (await fetch(`${httpUrl}/health`)).json()) as { version: unknown };
  return version;
}
