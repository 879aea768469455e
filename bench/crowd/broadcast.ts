import { bench } from '../measure.ts';
import { crowd } from './crowd.ts';

const perSecond = (unit: string) => ({ unit: `${unit} a second`, better: 'more' }) as const;

/** One interaction at a time through the whole local stack, beside a server that only sends. */
export const broadcast = bench({
  name: 'broadcast',
  measures: '1,000 sockets on this machine: how fast they connect, and get 20 broadcasts one after the other',
  figures: { connects: perSecond('sockets'), deliveries: perSecond('frames') },
  variants: ['bare ws', 'local stack'],
  baseline: 'bare ws',
  charts: ['deliveries'],
  async measure(server) {
    const { connectsPerSecond, deliveriesPerSecond } = await crowd(server, 1_000, 20);
    return { connects: connectsPerSecond, deliveries: deliveriesPerSecond };
  },
});
