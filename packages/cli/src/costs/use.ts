import type { Figures } from './figures.ts';

/** What something takes of AWS, in what AWS counts. */
export interface Use {
  /** Frames in, answers and posts, of up to 32 KB each. */
  readonly messages: number;
  readonly minutes: number;
  readonly writes: number;
  readonly reads: number;
  readonly invocations: number;
  readonly gbSeconds: number;
  readonly queueRequests: number;
}

/** What it costs in USD, part by part. */
export interface Bill {
  readonly messages: number;
  readonly minutes: number;
  readonly writes: number;
  readonly reads: number;
  readonly lambda: number;
  readonly queue: number;
  readonly total: number;
}

const nothing: Use = {
  messages: 0,
  minutes: 0,
  writes: 0,
  reads: 0,
  invocations: 0,
  gbSeconds: 0,
  queueRequests: 0,
};
const names = Object.keys(nothing) as (keyof Use)[];
const made = (each: (name: keyof Use) => number) =>
  Object.fromEntries(names.map((name) => [name, each(name)])) as unknown as Use;

/** A use that names only what it takes. */
export const use = (some: Partial<Use>): Use => ({ ...nothing, ...some });
export const times = (count: number, one: Use): Use => made((name) => count * one[name]);
export const sum = (...all: readonly Use[]): Use =>
  made((name) => all.reduce((total, one) => total + one[name], 0));

const million = 1e6;
/** From here on a month's messages are cheaper. */
const firstTier = 1e9;

/** A month's bill, or what a part of one costs: cheaper prices begin within it. */
export function billOf(of: Use, at: Figures): Bill {
  const parts = {
    messages: tiered(of.messages, [
      [firstTier, at.message],
      [Number.POSITIVE_INFINITY, at.messageAbove],
    ]),
    minutes: (of.minutes * at.minute) / million,
    writes: (of.writes * at.write) / million,
    reads: (of.reads * at.read) / million,
    lambda: (of.invocations * at.invocation + of.gbSeconds * at.gbSecond) / million,
    queue: (of.queueRequests * at.queueRequest) / million,
  };
  return { ...parts, total: Object.values(parts).reduce((all, one) => all + one, 0) };
}

/** @param steps up to where each price per million counts, in order. */
export function tiered(count: number, steps: readonly (readonly [upTo: number, price: number])[]): number {
  let [cost, from] = [0, 0];
  for (const [upTo, price] of steps) {
    cost += (Math.max(0, Math.min(count, upTo) - from) * price) / million;
    from = upTo;
  }
  return cost;
}
