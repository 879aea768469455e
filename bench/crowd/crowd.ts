import { inProcess } from '../inProcess.ts';
import type { CrowdServer } from './crowdServers.ts';

/** What came of many sockets that get broadcasts, one after the other. */
export interface CrowdFigures {
  readonly connectsPerSecond: number;
  readonly deliveriesPerSecond: number;
  /** Percentiles of the milliseconds from sending to a frame's arrival, over all sockets and broadcasts. */
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** Sockets and server are two processes, and share the machine's cores. */
export const crowd = (server: CrowdServer, sockets: number, broadcasts: number): Promise<CrowdFigures> =>
  inProcess(new URL('./crowdProcess.ts', import.meta.url), [server, String(sockets), String(broadcasts)]);
