import { keys } from '../keys.ts';
import type { Row } from '../ports.ts';
import { codec } from '../rows.ts';
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
  /** Only where the event goes to the event bus: by this alone the stream finds it. */
  readonly emit?: true;
}
const logCodec = codec<LogRow>();

/** A log row is kept this much longer than its event can be asked for. */
const logMarginSeconds = 3600;

/** How an event is stored. */
export interface Logging {
  readonly at: number;
  /** How long the event can be asked for. */
  readonly retentionMs: number;
  /** Whether it also goes to the event bus. */
  readonly emit: boolean;
}

export function toLogRow(
  tenant: string,
  topic: Topic,
  { frame, epoch, seq }: LoggedEvent,
  { at, retentionMs, emit }: Logging,
): Row {
  const ttl = Math.ceil((at + retentionMs) / 1000) + logMarginSeconds;
  return logCodec.toRow(keys.log(tenant, topic, epoch, seq), { frame, at, ttl, ...(emit && { emit }) });
}

/** The number of the event in a row of the log. */
export const readLogSeq = ({ sk }: Row): number => Number(sk);

/** The attributes of an event's row that are read. */
export const logged = (row: Row): Pick<LogRow, 'frame' | 'at'> => logCodec.fromRow(row);
