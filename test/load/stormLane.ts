import { type LoadOptions, type LoadReport, notNone, plenty, withStack } from './laneRun.ts';
import { requireFiles } from './openFiles.ts';
import { storm as runStorm } from './storm.ts';

type StormOptions = Pick<LoadOptions, 'sockets' | 'seed' | 'rate' | 'memory' | 'log'>;

/** A storm, judged: everybody came back, none earlier than the gateway lets in, and nobody missed anything. */
export function storm({ sockets, seed, rate, memory, log }: StormOptions): Promise<LoadReport> {
  requireFiles(sockets);
  const quotas = { ...plenty, connectsPerSecond: rate };
  return withStack({ memory, quotas }, async ({ urls }) => {
    const figures = await runStorm({ urls, sockets, connectsPerSecond: rate, seed, log });
    const { lost, wrong, resets, resumed, early } = figures;
    return {
      figures: { sockets, 'connects a second allowed': rate, ...figures },
      wrong: [
        ...(resumed >= sockets ? [] : [`${sockets - resumed} did not come back`]),
        ...notNone({ lost, wrong, resets, early }),
      ],
    };
  });
}
