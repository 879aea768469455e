import { keys } from '../keys.ts';
import type { Row } from '../ports.ts';
import { fromRow, toRow } from '../rows.ts';
import type { Topic } from '../topics.ts';

/** An event as it is sent, and where it stands in its topic. */
export interface LoggedEvent {
  /** What everybody gets, now and by every replay. */
  readonly frame: string;
  readonly epoch: string;
  readonly seq: number;
}

interface LogRow {
  readonly frame: string;
  /** When it was committed. DynamoDB deletes expired rows days late, so this judges. */
  readonly at: number;
  readonly ttl: number;
}

/** A log row outlives its last reader by this much. */
const logMarginSeconds = 3600;

/** @param retentionMs how long it can be asked for. */
export function toLogRow(
  tenant: string,
  topic: Topic,
  { frame, epoch, seq }: LoggedEvent,
  at: number,
  retentionMs: number,
): Row {
  const ttl = Math.ceil((at + retentionMs) / 1000) + logMarginSeconds;
  return toRow<LogRow>(keys.log(tenant, topic, epoch, seq), { frame, at, ttl });
}

/** What of an event is read out of its row. */
export const logged = (row: Row): Pick<LogRow, 'frame' | 'at'> => fromRow<LogRow>(row);
