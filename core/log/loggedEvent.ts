import { keys } from '../keys.ts';
import type { Row } from '../ports.ts';
import { fromRow, toRow } from '../rows.ts';
import type { Topic } from '../topics.ts';

/** An event as it is sent, and its position. */
export interface LoggedEvent {
  /** The text that all receivers get, live and by replay. */
  readonly frame: string;
  readonly epoch: string;
  readonly seq: number;
}

interface LogRow {
  readonly frame: string;
  /** When it was committed. Use this for expiry, since DynamoDB deletes expired rows days late. */
  readonly at: number;
  readonly ttl: number;
}

/** A log row is kept this much longer than its event can be asked for. */
const logMarginSeconds = 3600;

/** @param retentionMs how long the event can be asked for. */
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

/** The attributes of an event's row that are read. */
export const logged = (row: Row): Pick<LogRow, 'frame' | 'at'> => fromRow<LogRow>(row);
