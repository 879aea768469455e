import { randomUUID } from 'node:crypto';
import type { Row, Value } from '../../core/ports.ts';
import { isRecord } from '../http/httpJson.ts';
import { account } from '../template/template.ts';

/** A row as DynamoDB's own JSON has it. */
export type Image = Readonly<Record<string, unknown>>;

/** What a function gets of a row: https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html */
export interface StreamRecord {
  readonly eventID: string;
  readonly eventName: 'INSERT';
  readonly eventVersion: string;
  readonly eventSource: 'aws:dynamodb';
  readonly awsRegion: string;
  readonly eventSourceARN: string;
  readonly dynamodb: {
    /** Seconds since 1970. */
    readonly ApproximateCreationDateTime: number;
    readonly Keys: Image;
    readonly NewImage: Image;
    readonly SequenceNumber: string;
    readonly SizeBytes: number;
    readonly StreamViewType: 'NEW_IMAGE';
  };
}

/** What one function has not had yet of a stream. It stays when its event source is made anew. */
export interface StreamReader {
  readonly pending: StreamRecord[];
  /** Replaces who is told of a new record. */
  onRecord(listener: () => void): void;
}

export interface TableStream {
  /** To be called with rows that were put, once they are in the table. @param token of their transaction */
  add(images: readonly Image[], token?: string): void;
  reader(functionId: string): StreamReader;
}

/** As many transactions may be repeated without being told twice. */
const maxTokens = 10_000;

/**
 * The stream of the table: each row that was put as a whole, in the order of the commits. Which of them replace a row is
 * not known here, and rows that are changed in place or deleted are not in it. No filter can ask for the first, and
 * none that asks for an attribute of the log finds the second.
 */
export function tableStream(arn: string, keyNames: readonly string[], now: () => number): TableStream {
  const readers = new Map<string, StreamReader & { notify(): void }>();
  const tokens = new Set<string>();
  let written = 0;

  function record(image: Image): StreamRecord {
    written += 1;
    return {
      eventID: randomUUID().replaceAll('-', ''),
      eventName: 'INSERT',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: account.region,
      eventSourceARN: arn,
      dynamodb: {
        ApproximateCreationDateTime: Math.floor(now() / 1_000),
        Keys: Object.fromEntries(keyNames.map((name) => [name, image[name]])),
        NewImage: image,
        SequenceNumber: String(written).padStart(21, '0'),
        SizeBytes: Buffer.byteLength(JSON.stringify(image)),
        StreamViewType: 'NEW_IMAGE',
      },
    };
  }

  return {
    add(images, token) {
      if (token !== undefined) {
        if (tokens.has(token)) return;
        tokens.add(token);
        const [oldest] = tokens;
        if (tokens.size > maxTokens && oldest !== undefined) tokens.delete(oldest);
      }
      const records = images.map(record);
      for (const { pending, notify } of readers.values()) {
        pending.push(...records);
        notify();
      }
    },
    reader(functionId) {
      const known = readers.get(functionId) ?? newReader();
      readers.set(functionId, known);
      return known;
    },
  };
}

function newReader() {
  let listener = () => {};
  return {
    pending: [],
    onRecord(next: () => void) {
      listener = next;
    },
    notify: () => listener(),
  };
}

/** The rows that a request to DynamoDB puts, and the token by which a repeat of it is known. */
export function rowsPut(operation: string, body: string): { images: Image[]; token?: string } {
  const input = JSON.parse(body) as Record<string, unknown>;
  if (operation === 'PutItem') return { images: [input.Item as Image] };
  const items = Array.isArray(input.TransactItems) ? input.TransactItems : [];
  const images = items.flatMap(({ Put }) => (isRecord(Put) && isRecord(Put.Item) ? [Put.Item] : []));
  const token = input.ClientRequestToken;
  return { images, ...(typeof token === 'string' && { token }) };
}

/** Operations that put rows. */
export const puts = (operation: string): boolean =>
  operation === 'PutItem' || operation === 'TransactWriteItems';

/** A row of the memory table as DynamoDB's own JSON has it. */
export const imageOf = (row: Row): Image =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, attributeOf(value)]));

function attributeOf(value: Value): Image {
  if (value === null) return { NULL: true };
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  if (Array.isArray(value)) return { L: value.map(attributeOf) };
  return { M: Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, attributeOf(inner)])) };
}
