/** The executions of all functions of an account, which count together. */
export interface Concurrency {
  /** Runs a job, and counts it meanwhile. Rejects with `TooManyRequestsException` where the limit is reached. */
  within<T>(job: () => Promise<T>): Promise<T>;
}

/** What Lambda gives an account in a Region: https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html */
export const defaultConcurrency = 1_000;

export function concurrency(max: number): Concurrency {
  let executions = 0;
  return {
    async within(job) {
      if (executions >= max) throw tooManyRequests();
      executions++;
      try {
        return await job();
      } finally {
        executions--;
      }
    },
  };
}

const throttle = 'TooManyRequestsException';

function tooManyRequests(): Error {
  const error = new Error('Rate Exceeded.');
  error.name = throttle;
  // Where it was made says nothing, and there are many of them.
  error.stack = `${throttle}: ${error.message}`;
  return error;
}

/** Whether a function was not run since too many were running. */
export const isThrottled = (error: unknown): boolean => error instanceof Error && error.name === throttle;

/** How long whoever was refused so often in a row waits: first a second, and at most five minutes. */
export const throttledDelayMs = (refusals: number): number => Math.min(1_000 * 2 ** refusals, 300_000);
