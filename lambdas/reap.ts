import { reap } from '../core/reap.ts';
import { runtime } from './wiring.ts';

/** Each minute: ends the connections whose token or lease is over. */
export const handler = async () => ({ ended: await reap(runtime()) });
