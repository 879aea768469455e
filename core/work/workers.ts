import type { Settings } from '../settings.ts';

/** A permission of a function on AWS. */
export interface Right {
  /** The actions as IAM names them: `translate:TranslateText`. */
  readonly actions: readonly string[];
  /** ARNs. In them, `{partition}`, `{region}` and `{account}` are replaced by those of the deployment. */
  readonly resources: readonly string[];
  /** By operator and key, what the values must be; the same names are replaced in them. */
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Why, if one of the resources is a pattern: for who checks the template by cdk-nag's rules. */
  readonly why?: string;
}

/** The function that does work of a kind, and the queue before it, as they are deployed. */
export interface Workers {
  /** The module that exports `handler`, as a URL without the file's ending: `new URL('lambdas/work', import.meta.url).href`. */
  readonly entry: string;
  readonly timeoutMs: number;
  /** In MB, with which its share of a CPU grows (docs/operating.md, "Memory and time"). @default 512 */
  readonly memoryMb?: number;
  /** How many run at a time; SQS takes no fewer than 2. */
  readonly maxConcurrency: number;
  /** How often a message is received before it goes to the dead-letter queue. */
  readonly maxReceives: number;
  /** How many days a message is kept. @default 4 */
  readonly retentionDays?: number;
  /** Whether the function itself puts work into its queue, to try it again later. */
  readonly triesAgain?: true;
  /** Permissions besides those of every function that answers and sends. */
  readonly allow?: (settings: Settings) => readonly Right[];
  /** Variables of the environment of the function that does the work, such as an address. No secrets. */
  readonly environment?: (settings: Settings) => Readonly<Record<string, string>>;
}

/** The environment variable that names the queue of a kind of work to a function. */
export const queueVariable = (work: string): string => `${work.toUpperCase()}_QUEUE_URL`;
