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

/** How long a function may gather what others publish. It never does so past the deadline of its own request. */
export const maxWindowMs = 1_000;

/** Every request is answered within this time. */
export const maxRequestMs = 8_000;

/** A search for due rows begins no further row after this. */
export const maxSearchMs = 40_000;

/** The time that a function keeps for its answer and its report when it gives up its work. */
export const reserveMs = 2_000;

/**
 * How long the work of a function may take. Longer work is given up and reported, before Lambda ends it
 * without a report.
 */
export const maxWorkMs = (timeoutMs: number): number => timeoutMs - reserveMs;

/**
 * How long the work of each function takes at most, by its parts. `lib` refuses to deploy a function that would be
 * ended before, so that who shortens a time-out, or lengthens a part, hears of it.
 */
export const longestWaysMs: Readonly<Record<FunctionName, number>> = {
  // A ticket, which is taken by one write.
  authorize: maxContentionMs,
  // A handshake, and what a refused one gives back.
  connect: 2 * maxContentionMs,
  message: maxRequestMs,
  http: maxRequestMs,
  bus: maxRequestMs,
  // What the connection leaves, and the presence that it was told with.
  disconnect: 2 * maxContentionMs,
  deliver: 2 * maxContentionMs,
  // The last row of a search, and how far it has come.
  reap: maxSearchMs + 2 * maxContentionMs,
  emit: maxContentionMs,
};

/** The same of a feature's worker: its lease and its end. What it does between them is its own. */
export const leastWorkMs = 2 * maxContentionMs;
