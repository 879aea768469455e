import { describe, expect, test } from 'vitest';
import { manualClock } from '../../adapters/memory/clock.ts';
import { memoryTable } from '../../adapters/memory/table.ts';
import { faultBox } from '../faults.ts';
import { countedTable } from './countedTable.ts';
import { imageOf, rowsPut, tableStream } from './tableStream.ts';

const arn = 'arn:aws:dynamodb:us-east-1:000000000000:table/Rows/stream/local';
const streamOf = () => tableStream(arn, ['pk', 'sk'], () => 5_900);
const image = (pk: string) => ({ pk: { S: pk }, sk: { S: 'x' }, n: { N: '1' } });
const pks = (records: readonly { dynamodb: { NewImage: object } }[]) =>
  records.map(({ dynamodb }) => (dynamodb.NewImage as { pk: { S: string } }).pk.S);

describe('the stream of the table', () => {
  test('has each row that was put, as Lambda shapes it and in order', () => {
    const stream = streamOf();
    const { pending } = stream.reader('Emit');
    stream.add([image('a'), image('b')]);
    expect(pks(pending)).toEqual(['a', 'b']);
    expect(pending[0]).toEqual({
      eventID: expect.stringMatching(/^[0-9a-f]{32}$/),
      eventName: 'INSERT',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: 'us-east-1',
      eventSourceARN: arn,
      dynamodb: {
        ApproximateCreationDateTime: 5,
        Keys: { pk: { S: 'a' }, sk: { S: 'x' } },
        NewImage: image('a'),
        SequenceNumber: '000000000000000000001',
        SizeBytes: expect.any(Number),
        StreamViewType: 'NEW_IMAGE',
      },
    });
    expect(String(pending[1]?.dynamodb.SequenceNumber)).toBe('000000000000000000002');
  });

  test('tells of a transaction that is repeated once', () => {
    const stream = streamOf();
    const { pending } = stream.reader('Emit');
    stream.add([image('a')], 'token');
    stream.add([image('a')], 'token');
    stream.add([image('b')], 'other');
    expect(pks(pending)).toEqual(['a', 'b']);
  });

  test('keeps for a function what it has not had, whoever reads it now', () => {
    const stream = streamOf();
    const heard: string[] = [];
    stream.reader('Emit').onRecord(() => heard.push('first'));
    stream.add([image('a')]);
    const again = stream.reader('Emit');
    again.onRecord(() => heard.push('second'));
    stream.add([image('b')]);
    expect(heard).toEqual(['first', 'second']);
    expect(pks(again.pending)).toEqual(['a', 'b']);
  });
});

test('of a request, the rows that it puts are told, and the token by which it is known', () => {
  expect(rowsPut('PutItem', JSON.stringify({ Item: image('a') }))).toEqual({ images: [image('a')] });
  const TransactItems = [
    { Put: { Item: image('a') } },
    { Update: { Key: {} } },
    { ConditionCheck: {} },
    { Put: { Item: image('b') } },
  ];
  const body = JSON.stringify({ TransactItems, ClientRequestToken: 't' });
  expect(rowsPut('TransactWriteItems', body)).toEqual({ images: [image('a'), image('b')], token: 't' });
});

test('a row of the memory table is told as DynamoDB would', () => {
  expect(imageOf({ pk: 'p', sk: 's', n: 1.5, yes: true, no: null, list: ['a', 2], map: { x: 'y' } })).toEqual(
    {
      pk: { S: 'p' },
      sk: { S: 's' },
      n: { N: '1.5' },
      yes: { BOOL: true },
      no: { NULL: true },
      list: { L: [{ S: 'a' }, { N: '2' }] },
      map: { M: { x: { S: 'y' } } },
    },
  );
});

test('of the memory table, the stream has what was put and nothing that was refused', async () => {
  const faults = faultBox();
  const stream = streamOf();
  const { pending } = stream.reader('Emit');
  const table = countedTable(memoryTable({ clock: manualClock(0) }), faults, stream);
  const put = (pk: string) => ({ put: { pk, sk: 'x' }, if: { is: 'absent' } }) as const;
  await table.write(put('a'));
  await table.write(put('a'));
  await table.transact([put('b'), { update: { pk: 'u', sk: 'x' }, set: { n: 1 } }], 't1');
  await table.transact([put('c'), put('a')], 't2');
  await table.write({ delete: { pk: 'a', sk: 'x' } });
  faults.inject({ op: 'commit', outcome: 'conflict', count: 1 });
  await table.transact([put('d')], 't3');
  faults.inject({ op: 'commit', outcome: 'unknown', count: 1 });
  expect(await table.transact([put('e')], 't4')).toEqual({ outcome: 'unknown' });
  await table.transact([put('e')], 't4');
  expect(pks(pending)).toEqual(['a', 'b', 'e']);
});
