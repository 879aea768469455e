import { allRows } from '../allRows.ts';
import { keys, logSortKey } from '../keys.ts';
import type { Row, Table } from '../ports.ts';
import { codec } from '../rows.ts';
import type { Topic } from '../topics.ts';

/** An event as it is sent, and its position. */
export interface LoggedEvent {
  /** The text that all receivers get, live and by replay. */
  readonly frame: string;
  readonly epoch: string;
  readonly seq: number;
  /** A connection that does not receive it live: its own answer has it. */
  readonly except?: string;
}

interface LogRow extends Pick<LoggedEvent, 'frame' | 'except'> {
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
  { frame, epoch, seq, except }: LoggedEvent,
  { at, retentionMs, emit }: Logging,
): Row {
  const ttl = Math.ceil((at + retentionMs) / 1000) + logMarginSeconds;
  return logCodec.toRow(keys.log(tenant, topic, epoch, seq), {
    ...{ frame, at, ttl },
    ...(emit && { emit }),
    ...(except !== undefined && { except }),
  });
}

/** The number of the event in a row of the log. */
export const readLogSeq = ({ sk }: Row): number => Number(sk);

/** The attributes of an event's row that are read. */
export const logged = (row: Row): Pick<LogRow, 'frame' | 'at'> => logCodec.fromRow(row);

/** The events of a log between two numbers, both included, as far as their rows are there. Absent: up to its end. */
export async function readEvents(
  table: Table,
  {
    pk,
    epoch,
    from,
    to,
  }: { readonly pk: string; readonly epoch: string; readonly from: number; readonly to?: number },
): Promise<LoggedEvent[]> {
  const events: LoggedEvent[] = [];
  const range = { pk, from: logSortKey(from), ...(to !== undefined && { to: logSortKey(to) }) };
  for await (const row of allRows(table, { ...range, only: ['frame', 'except'] })) {
    const { frame, except } = logCodec.fromRow(row);
    events.push({ frame, epoch, seq: readLogSeq(row), ...(except !== undefined && { except }) });
  }
  return events;
}
