import { storm } from '../stormLane.ts';
import type { Drill } from './drill.ts';

/** The lane `storm`, with as few sockets as an API's default quota lets back in within seconds. */
export const reconnectStorm: Drill = (options) =>
  storm({ ...options, sockets: 200, rate: 25, memory: false });
