import { appsyncEvents, type Elsewhere, iotCore } from './elsewhere.ts';
import type { Figures } from './figures.ts';
import {
  broadcast,
  emptyUse,
  minutesUse,
  monthUse,
  openMinutes,
  quietMinuteUse,
  requestsPerSecond,
  type Seconds,
  storm,
  usualChangeUse,
  type Workload,
} from './model.ts';
import { type Bill, billOf, times } from './use.ts';

/** With batches and without, where that makes a difference. */
export interface Sent {
  readonly month: Bill;
  /** One event, its part of its change's request and answer among it. */
  readonly event: Bill;
  readonly hour: { readonly usd: number; readonly messages: number };
  /** Requests a second while the connections are open. */
  readonly requests: number;
  /** How many connections the account's quota of requests serves. */
  readonly perAccount: number;
  readonly broadcast: Seconds & { readonly usd: number };
}

export interface Estimate {
  readonly workload: Workload;
  readonly single: Sent;
  readonly batched: Sent;
  /** A month with nobody there. */
  readonly empty: Bill;
  /** A connection for a month in which nothing happens. */
  readonly quiet: Bill;
  readonly storm: { readonly seconds: number; readonly usd: number };
  readonly appsync: Elsewhere;
  readonly iot: Elsewhere;
}

function sent(of: Workload, batches: boolean, at: Figures): Sent {
  const hour = minutesUse(60, of, batches, at);
  const { use, seconds, bound } = broadcast(of, batches, at);
  const requests = requestsPerSecond(of, batches);
  return {
    month: billOf(monthUse(of, batches, at), at),
    event: billOf(times(1 / of.together, usualChangeUse(of, batches, at)), at),
    hour: { usd: billOf(hour, at).total, messages: hour.messages },
    requests,
    perAccount: Math.floor((at.requests / requests) * of.connections),
    broadcast: { seconds, bound, usd: billOf(use, at).total },
  };
}

/** What a workload takes, costs and waits for. */
export function estimateOf(of: Workload, at: Figures): Estimate {
  const lost = storm(of, at);
  return {
    workload: of,
    single: sent(of, false, at),
    batched: sent(of, true, at),
    empty: billOf(emptyUse(at), at),
    quiet: billOf(times(openMinutes(of), quietMinuteUse(at)), at),
    storm: { seconds: lost.seconds, usd: billOf(lost.use, at).total },
    appsync: appsyncEvents(of, at),
    iot: iotCore(of, at),
  };
}
