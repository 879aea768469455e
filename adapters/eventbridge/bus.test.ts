import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { mockClient } from 'aws-sdk-client-mock';
import { describe, expect, it } from 'vitest';
import type { OutgoingEvent } from '../../core/ports.ts';
import { eventBusContract } from '../eventBus.contract.ts';
import { eventBytes } from '../outgoingEvent.ts';
import { eventBridgeBus } from './bus.ts';

function mocked() {
  const client = new EventBridgeClient({ region: 'eu-west-1' });
  const mock = mockClient(client);
  const requests = () => mock.commandCalls(PutEventsCommand).map(({ args: [{ input }] }) => input);
  const answer = (codeOf: (entry: PutEventsRequestEntry) => string | undefined) =>
    mock.on(PutEventsCommand).callsFake(({ Entries = [] }: { Entries?: PutEventsRequestEntry[] }) => {
      const results = Entries.map((entry) => {
        const ErrorCode = codeOf(entry);
        return ErrorCode === undefined ? { EventId: 'id' } : { ErrorCode, ErrorMessage: entry.Detail };
      });
      return { FailedEntryCount: results.filter((one) => one.ErrorCode).length, Entries: results };
    });
  return { mock, requests, answer, bus: eventBridgeBus('Tidings-dev', client) };
}

const event = (type: string, detail: object = {}): OutgoingEvent => ({
  source: 'tidings.events',
  type,
  detail,
});
const many = (count: number, detail: object = {}) =>
  Array.from({ length: count }, () => event('many', detail));

describe('the bus of EventBridge', () => {
  eventBusContract(() => {
    const { answer, bus } = mocked();
    let failing: readonly string[] = [];
    const taken: OutgoingEvent[] = [];
    answer(({ Source = '', DetailType = '', Detail = '' }) => {
      if (failing.includes(DetailType)) return 'ThrottlingException';
      taken.push({ source: Source, type: DetailType, detail: JSON.parse(Detail) as object });
      return undefined;
    });
    return {
      bus,
      taken: () => taken,
      fail(types) {
        failing = types;
      },
    };
  });

  it('a request names the bus, the source, the type and the detail', async () => {
    const { answer, requests, bus } = mocked();
    answer(() => undefined);
    await bus.put([event('note.pinned', { tenant: 't' })]);
    expect(requests()).toEqual([
      {
        Entries: [
          {
            EventBusName: 'Tidings-dev',
            Source: 'tidings.events',
            DetailType: 'note.pinned',
            Detail: '{"tenant":"t"}',
          },
        ],
      },
    ]);
  });

  it('no request has more than ten events or 256 KB', async () => {
    const { answer, requests, bus } = mocked();
    answer(() => undefined);
    await bus.put([...many(21), ...many(5, { big: 'ü'.repeat(50_000) })]);
    const sizes = requests().map(({ Entries = [] }) => Entries.length);
    expect(sizes).toEqual([10, 10, 3, 2, 1]);
    const full = event('many', { big: 'ü'.repeat(50_000) });
    expect(2 * eventBytes(full)).toBeLessThan(256 * 1024);
    expect(3 * eventBytes(full)).toBeGreaterThan(256 * 1024);
  });

  it.each([
    ['InternalFailure', 'later'],
    ['ThrottlingException', 'later'],
    // Rights that are missing are given by somebody.
    ['AccessDeniedException', 'later'],
    ['NotAuthorizedForSourceException', 'later'],
    ['InvalidArgument', 'refused'],
    ['MalformedDetail', 'refused'],
  ])(
    'an event that ends with %s is for %s, with its companions taken and nothing quoted',
    async (code, outcome) => {
      const { answer, bus } = mocked();
      answer(({ DetailType }) => (DetailType === 'bad' ? code : undefined));
      const outcomes = await bus.put([event('good'), event('bad', { secret: 'hush' }), event('good')]);
      expect(outcomes).toEqual([
        { outcome: 'taken' },
        { outcome, because: new Error(`EventBridge did not take an event: ${code}`) },
        { outcome: 'taken' },
      ]);
    },
  );

  it('an answer that says nothing of an event is no yes', async () => {
    const { mock, bus } = mocked();
    mock.on(PutEventsCommand).resolves({ FailedEntryCount: 0, Entries: [] });
    expect(await bus.put([event('a')])).toMatchObject([{ outcome: 'later' }]);
  });

  it('after a request that failed none is sent, since all that is behind it comes again', async () => {
    const { mock, requests, bus } = mocked();
    const because = new Error('no network');
    mock.on(PutEventsCommand).rejects(because);
    const outcomes = await bus.put(many(30));
    expect(outcomes).toEqual(Array.from({ length: 30 }, () => ({ outcome: 'later', because })));
    expect(requests()).toHaveLength(1);
  });
});
