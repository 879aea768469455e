import { crowd } from './crowd.ts';
import { crowdServers } from './crowdServers.ts';
import { bench } from './measure.ts';

/** One interaction at a time through the whole local stack, beside a server that only sends. */
export const broadcast = bench({
  name: 'broadcast',
  measures: 'frames that 1,000 sockets get a second, 20 broadcasts one after the other',
  figures: { deliveries: { unit: 'frames a second', better: 'more' } },
  variants: crowdServers,
  baseline: 'bare ws',
  measure: async (server) => ({ deliveries: (await crowd(server, 1_000, 20)).deliveriesPerSecond }),
});
