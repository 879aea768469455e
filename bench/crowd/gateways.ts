import { bench } from '../measure.ts';
import { crowd } from './crowd.ts';
import { hasServerlessOffline } from './serverlessOffline.ts';

const perSecond = (unit: string) => ({ unit: `${unit} a second`, better: 'more' }) as const;

/** The same function behind both: it posts to all whom it knows, with the SDK as it comes. */
export const gateways = bench({
  name: 'gateways',
  measures:
    'API Gateway on a laptop, one function behind it: 500 sockets connect, and get 10 broadcasts posted',
  figures: { connects: perSecond('sockets'), deliveries: perSecond('frames') },
  variants: hasServerlessOffline ? ['serverless-offline', '@tidings/gateway'] : ['@tidings/gateway'],
  charts: ['connects', 'deliveries'],
  baseline: 'serverless-offline',
  async measure(server) {
    const { connectsPerSecond, deliveriesPerSecond } = await crowd(server, 500, 10);
    return { connects: connectsPerSecond, deliveries: deliveriesPerSecond };
  },
});
