import { writeLog } from './writeLog.ts';

/** What is told of a handshake that was refused. Nothing in it comes from the handshake, so no token can. */
export interface RefusalReport {
  readonly requestId: string;
  readonly status: number;
  readonly check: string;
  readonly why: string;
}

/** Writes one line of JSON for a handshake that was refused. */
export function writeRefusal({ requestId, status, check, why }: RefusalReport): void {
  writeLog('WARN', { what: 'a handshake was refused', requestId, status, check, why });
}
