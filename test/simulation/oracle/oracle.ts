import { judgeAlerts } from './alerts.ts';
import { judgeAnswersGiven } from './answersGiven.ts';
import { judgeBatches } from './batches.ts';
import { judgeBoards } from './boards.ts';
import { judgeConnections } from './connections.ts';
import { judgeCrowd } from './crowd.ts';
import { judgeDoneTwice } from './doneTwice.ts';
import {
  type Case,
  type Exercised,
  type Findings,
  type Harm,
  type Parse,
  type Row,
  readAsks,
  readGots,
  readLines,
  readTopics,
  skewOf,
  type Violation,
  type Who,
} from './evidence.ts';
import { countExercised } from './exercised.ts';
import { judgeLimits } from './limits.ts';
import { judgeLive } from './live.ts';
import { judgeNotifications } from './notifications.ts';
import { judgeOthers } from './others.ts';
import { judgeOutgoing } from './outgoing.ts';
import { judgePresence } from './presence.ts';
import { countAcknowledged, judgePublishes } from './publishes.ts';
import { judgeReceipts } from './receipts.ts';
import { judgeRefusals } from './refusals.ts';
import { judgeReplays } from './replays.ts';
import { judgeReports } from './reports.ts';
import { judgeRevocations } from './revocations.ts';
import { judgeRights } from './rights.ts';
import { judgeRules } from './rules.ts';
import { judgeShown } from './shown.ts';
import { judgeStarts } from './starts.ts';
import { judgeSyncs } from './syncs.ts';
import { judgeWork } from './work.ts';

export type { Violation } from './evidence.ts';

/** The parts of the oracle, and the harm that is done wherever one finds anything, if it does not say which. */
const judges: readonly { readonly judge: (of: Case) => Findings; readonly harm?: Harm }[] = [
  { judge: judgePublishes },
  { judge: judgeReceipts },
  { judge: judgeLimits, harm: 'leaked' },
  { judge: judgeConnections },
  { judge: judgeRules },
  { judge: judgeRevocations, harm: 'leaked' },
  { judge: judgeAlerts },
  { judge: judgeNotifications },
  { judge: judgeBoards },
  { judge: judgeWork },
  { judge: judgePresence },
  { judge: judgeShown },
  { judge: judgeCrowd, harm: 'lost' },
  { judge: judgeLive, harm: 'lost' },
  { judge: judgeRefusals },
  { judge: judgeReplays },
  { judge: judgeSyncs },
  { judge: judgeReports },
  { judge: judgeRights },
  { judge: judgeStarts, harm: 'lost' },
  { judge: judgeAnswersGiven, harm: 'leaked' },
  { judge: judgeDoneTwice, harm: 'doubled' },
  { judge: judgeOthers },
  { judge: judgeOutgoing },
  { judge: judgeBatches },
];

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
 * rest and when all was over. It shares no code with the product; the invariants I1 to I19 stand in its parts.
 */
export function judge(
  evidence: {
    readonly lines: readonly string[];
    readonly atRest: readonly Row[];
    readonly atEnd: readonly Row[];
  },
  parse: Parse = JSON.parse,
): Verdict {
  const { atRest, atEnd } = evidence;
  const lines = readLines(evidence.lines, parse);
  const owners = new Map<string, Who>();
  for (const { k, d, tenant, user } of lines) {
    if (k === 'owner') owners.set(String(d), { tenant: String(tenant), user: String(user) });
  }
  const of: Case = {
    lines,
    begin: lines[0] ?? {},
    skewMs: skewOf(lines[0] ?? {}),
    asks: readAsks(lines),
    gots: readGots(lines, parse),
    topics: readTopics(atRest),
    atRest,
    atEnd,
    owners,
  };
  const findings = judges.map(({ judge: find, harm }) => {
    const { violations, exercised } = find(of);
    return { exercised, violations: violations.map((one) => ({ ...(harm && { harm }), ...one })) };
  });
  const violations = findings.flatMap((one) => one.violations);
  const count = (harm: Harm) =>
    violations.reduce((sum, one) => sum + (one.harm === harm ? (one.events ?? 1) : 0), 0);
  return {
    acknowledged: countAcknowledged(of),
    received: lines.filter(({ k }) => k === 'deliver').length,
    lost: count('lost'),
    doubled: count('doubled'),
    misordered: count('misordered'),
    leaked: count('leaked'),
    exercised: Object.fromEntries(
      [countExercised(of), ...findings.map(({ exercised = {} }) => exercised)].flatMap(Object.entries),
    ),
    violations,
  };
}
