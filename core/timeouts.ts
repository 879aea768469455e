/**
 * How long each function of the engine may run, in milliseconds, by the name of its entry in `lambdas`. `lib` deploys
 * these, and what the engine waits for fits into them. A feature says it of its own functions (`work/workers.ts`).
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
} as const;

export type FunctionName = keyof typeof functionTimeoutsMs;

/** How long a request is tried again while others are in its way: all that it tries again, taken together. */
export const maxContentionMs = 3_000;

/** How long a commit waits for others of its topic in the same process, before it begins. */
export const maxTurnMs = 4_000;

/** Whoever asks has an answer by then, whatever it waits for. */
export const maxRequestMs = 8_000;

/** A search for due rows looks at no further row after this. */
export const maxSearchMs = 40_000;

/** What a function has left for its answer and its report when its work is given up. */
const reserveMs = 2_000;

/** How long the work of a function may take: what takes longer is given up, and told so, before Lambda ends it without a word. */
export const maxWorkMs = (timeoutMs: number): number => timeoutMs - reserveMs;
