import { judgeAlerts } from './oracle/alerts.ts';
import { judgeAnswersGiven } from './oracle/answersGiven.ts';
import { judgeBeginnings } from './oracle/beginnings.ts';
import { judgeBoards } from './oracle/boards.ts';
import { judgeBorders } from './oracle/borders.ts';
import { judgeConduct } from './oracle/conduct.ts';
import { judgeConnections } from './oracle/connections.ts';
import { judgeCrowd } from './oracle/crowd.ts';
import {
  type Case,
  type Row,
  readAsks,
  readGots,
  readLines,
  readTopics,
  skewOf,
  type Violation,
  type Who,
} from './oracle/evidence.ts';
import { countExercised, type Exercised } from './oracle/exercised.ts';
import { judgeLive } from './oracle/live.ts';
import { judgeNotifications } from './oracle/notifications.ts';
import { judgePresence } from './oracle/presence.ts';
import { judgePublishes } from './oracle/publishes.ts';
import { judgeReceipts } from './oracle/receipts.ts';
import { judgeRefusals } from './oracle/refusals.ts';
import { judgeReplays } from './oracle/replays.ts';
import { judgeReports } from './oracle/reports.ts';
import { judgeRevocations } from './oracle/revocations.ts';
import { judgeRights } from './oracle/rights.ts';
import { doneTwice } from './oracle/wishes.ts';
import { judgeWork } from './oracle/work.ts';

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
  /** How often what the rules are about came up. */
  readonly exercised: Exercised;
  readonly violations: readonly Violation[];
}

/**
 * Judges what happened by what was seen: the transcript of clients and gateway, and the table when all had come to
 * rest and when all was over. It shares no code with the product; the invariants I1 to I17 stand in its parts.
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
    skewMs: skewOf(lines[0] ?? {}),
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
  const revocations = judgeRevocations(of);
  const crowd = judgeCrowd(of);
  const live = judgeLive(of);
  const refusals = judgeRefusals(of);
  const replays = judgeReplays(of);
  const reports = judgeReports(of);
  const rights = judgeRights(of);
  const beginnings = judgeBeginnings(of);
  const given = judgeAnswersGiven(of);
  const twice = [...doneTwice(of)];
  return {
    acknowledged: publishes.acknowledged,
    received: receipts.received,
    lost:
      publishes.lost + receipts.lost + crowd.length + live.violations.length + beginnings.violations.length,
    doubled: publishes.doubled + receipts.doubled + twice.length,
    misordered: receipts.misordered,
    leaked: borders.leaked + revocations.length + given.violations.length,
    exercised: countExercised(of, {
      'live frames judged': live.judged,
      'refusals of changes judged': refusals.judged,
      'changes refused that are not allowed': refusals.rightly,
      'rights to changes judged': rights.judged,
      'replays with more': replays.judged,
      'tokens over on an open connection': borders.expired,
      'reports judged': reports.judged,
      'topics judged by what a page shows': beginnings.judged,
      'answers about topics judged': given.judged,
    }),
    violations: [
      ...publishes.violations,
      ...receipts.violations,
      ...borders.violations,
      ...judgeConnections(of),
      ...judgeConduct(of),
      ...revocations,
      ...judgeAlerts(of),
      ...judgeNotifications(of),
      ...judgeBoards(of),
      ...judgeWork(of),
      ...judgePresence(of),
      ...crowd,
      ...live.violations,
      ...refusals.violations,
      ...replays.violations,
      ...reports.violations,
      ...rights.violations,
      ...beginnings.violations,
      ...given.violations,
      ...twice,
    ],
  };
}
