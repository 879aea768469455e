/**
 * How long each function of the engine may run, in milliseconds, by the name of its entry in `lambdas`. `lib`
 * deploys these, and all waits in the engine fit into them. Features set those of their own functions
 * (`work/workers.ts`).
 */
export const functionTimeoutsMs = {
  authorize: 10_000,
  connect: 10_000,
  message: 10_000,
  http: 10_000,
  bus: 30_000,
  disconnect: 30_000,
  deliver: 60_000,
  reap: 60_000,
  emit: 60_000,
} as const;

export type FunctionName = keyof typeof functionTimeoutsMs;

/** How long a request is retried while others are in its way: all its retries together. */
export const maxContentionMs = 3_000;

/** How long a commit may wait for others of its topic in the same process. */
export const maxTurnMs = 4_000;

/** Every request is answered within this time. */
export const maxRequestMs = 8_000;

/** A search for due rows begins no further row after this. */
export const maxSearchMs = 40_000;

/** The time that a function keeps for its answer and its report when it gives up its work. */
const reserveMs = 2_000;

/**
 * How long the work of a function may take. Longer work is given up and reported, before Lambda ends it
 * without a report.
 */
export const maxWorkMs = (timeoutMs: number): number => timeoutMs - reserveMs;
