import { broadcast } from './broadcast.ts';
import type { Bench } from './measure.ts';
import { posts } from './posts.ts';

/** In the order in which they run. */
export const benches: readonly Bench[] = [posts, broadcast];
