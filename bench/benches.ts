import { client } from './client.ts';
import { consoleStarts } from './console.ts';
import { consoleScroll } from './consoleScroll.ts';
import { broadcast } from './crowd/broadcast.ts';
import { delivered } from './crowd/delivered.ts';
import { gateways } from './crowd/gateways.ts';
import type { Bench } from './measure.ts';
import { peers } from './peers/peers.ts';
import { memory, posts } from './posts/posts.ts';
import { requests } from './starts/requests.ts';
import { starts, weights } from './starts/starts.ts';
import { audience } from './table/audience.ts';
import { disconnect } from './table/disconnect.ts';
import { frames } from './table/frames.ts';
import { hot } from './table/hot.ts';
import { topics } from './table/topics.ts';
import { units } from './table/units.ts';

/** In the order in which they run. */
export const benches: readonly Bench[] = [
  ...[posts, memory, audience, topics, hot],
  ...[broadcast, delivered],
  ...[peers, gateways],
  ...[frames, units, disconnect, client],
  ...[consoleStarts, consoleScroll],
  ...[starts, weights, requests],
];
