import { codec } from '../../core/rows.ts';
import type { WorkRow } from '../../core/work/watch.ts';

/** An answer as it is stored. */
export interface StreamRow extends WorkRow {
  readonly conversationId: string;
  readonly text: string;
  readonly cancelled?: boolean;
  /** The `ref`s under which its start and its end are committed. */
  readonly startRef: string;
  readonly endRef: string;
  readonly ttl: number;
}
export const streamCodec = codec<StreamRow>();
