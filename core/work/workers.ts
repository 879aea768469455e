import type { Settings } from '../settings.ts';

/** A right of a function on AWS. */
export interface Right {
  /** As IAM names them: `translate:TranslateText`. */
  readonly actions: readonly string[];
  /** ARNs, in which `{partition}`, `{region}` and `{account}` stand for where the stack is deployed. */
  readonly resources: readonly string[];
}

/** The function that does work of a kind, and the queue before it, as they are deployed. */
export interface Workers {
  /** The module that exports `handler`, by its path from the root. */
  readonly entry: string;
  readonly timeoutMs: number;
  /** How many run at a time; SQS takes no fewer than 2. */
  readonly maxConcurrency: number;
  /** How often a message is tried before it is given up. */
  readonly maxReceives: number;
  /** How long a message waits in the queue. @default 4 */
  readonly retentionDays?: number;
  /** Whether the function itself puts work into its queue, to try it again later. */
  readonly triesAgain?: true;
  /** The function that hears of what was given up; absent: nobody. */
  readonly givenUp?: { readonly entry: string; readonly timeoutMs: number };
  /** What the function may do besides what all may that answer and send. */
  readonly allow?: (settings: Settings) => readonly Right[];
}

/** The environment variable that names the queue of a kind of work to a function. */
export const queueVariable = (work: string): string => `${work.toUpperCase()}_QUEUE_URL`;
