import { judgeBorders } from './oracle/borders.ts';
import { judgeConduct } from './oracle/conduct.ts';
import { judgeConnections } from './oracle/connections.ts';
import {
  type Case,
  type Row,
  readAsks,
  readGots,
  readLines,
  readTopics,
  type Violation,
  type Who,
} from './oracle/evidence.ts';
import { judgePublishes } from './oracle/publishes.ts';
import { judgeReceipts } from './oracle/receipts.ts';

export type { Violation } from './oracle/evidence.ts';

export interface Verdict {
  /** Requests whose acknowledgement named an event, each counted once. */
  readonly acknowledged: number;
  /** Events given to applications. */
  readonly received: number;
  readonly lost: number;
  readonly doubled: number;
  readonly misordered: number;
  readonly leaked: number;
  readonly violations: readonly Violation[];
}

/**
 * Judges what happened by what was seen: the transcript of clients and gateway, and the table when all had come to
 * rest and when all was over. It shares no code with the product; the invariants I1 to I14 stand in its parts.
 */
export function judge(evidence: {
  readonly lines: readonly string[];
  readonly atRest: readonly Row[];
  readonly atEnd: readonly Row[];
}): Verdict {
  const { atRest, atEnd } = evidence;
  const lines = readLines(evidence.lines);
  const owners = new Map<string, Who>();
  for (const { k, d, tenant, user } of lines) {
    if (k === 'owner') owners.set(String(d), { tenant: String(tenant), user: String(user) });
  }
  const of: Case = {
    lines,
    begin: lines[0] ?? {},
    asks: readAsks(lines),
    gots: readGots(lines),
    topics: readTopics(atRest),
    atRest,
    atEnd,
    owners,
  };
  const publishes = judgePublishes(of);
  const receipts = judgeReceipts(of);
  const borders = judgeBorders(of);
  return {
    acknowledged: publishes.acknowledged,
    received: receipts.received,
    lost: publishes.lost + receipts.lost,
    doubled: publishes.doubled + receipts.doubled,
    misordered: receipts.misordered,
    leaked: borders.leaked,
    violations: [
      ...publishes.violations,
      ...receipts.violations,
      ...borders.violations,
      ...judgeConnections(of),
      ...judgeConduct(of),
    ],
  };
}
