import { codec } from '../../core/rows.ts';
import type { WorkRow } from '../../core/work/watch.ts';

/** A job as it is stored. */
export interface JobRow extends WorkRow {
  readonly kind: string;
  readonly input: unknown;
  /** How often it was begun. */
  readonly tries: number;
  readonly submittedAt: number;
  readonly finishedAt?: number;
  readonly output?: unknown;
  readonly error?: { readonly code: string; readonly message: string };
  /** The `ref` under which its result is committed. */
  readonly resultRef: string;
  readonly expiresAt: number;
  readonly ttl: number;
}
export const jobCodec = codec<JobRow>();
