import { describe, expect, test } from 'vitest';
import { localClock } from '../clock.ts';
import type { RuleDescription } from '../template/readStack.ts';
import { eventBus, matchesPattern } from './eventBus.ts';
import { startSchedules } from './schedules.ts';

const rule = (more: Partial<RuleDescription>): RuleDescription => ({
  id: 'Rule',
  arn: 'arn:aws:events:us-east-1:000000000000:rule/Rule',
  bus: 'default',
  targets: [{ functionId: 'Reap', permitted: true }],
  ...more,
});

function recorder() {
  const clock = localClock();
  const calls: { functionId: string; event: unknown; atMs: number }[] = [];
  const lines: string[] = [];
  const options = {
    clock,
    invoke: async (functionId: string, event: unknown): Promise<unknown> => {
      calls.push({ functionId, event, atMs: clock.now() });
      return null;
    },
    log: (text: string) => lines.push(text),
  };
  return { clock, calls, lines, options };
}

describe('schedules', () => {
  test('a rate of one minute runs once for each minute that passes, at its time', async () => {
    const { clock, calls, options } = recorder();
    const start = clock.now();
    const schedules = startSchedules({ ...options, rules: [rule({ everyMs: 60_000 })] });
    await clock.advance(5 * 60_000 + 1_000);
    expect(calls.map(({ atMs }) => Math.round((atMs - start) / 60_000))).toEqual([1, 2, 3, 4, 5]);
    expect(calls[0]).toMatchObject({
      functionId: 'Reap',
      event: {
        source: 'aws.events',
        'detail-type': 'Scheduled Event',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        resources: ['arn:aws:events:us-east-1:000000000000:rule/Rule'],
        detail: {},
      },
    });
    schedules.stop();
    await clock.advance(60_000);
    expect(calls).toHaveLength(5);
  });

  test('a function that EventBridge may not invoke is not run, and that is logged', async () => {
    const { clock, calls, lines, options } = recorder();
    const targets = [{ functionId: 'Reap', permitted: false }];
    startSchedules({ ...options, rules: [rule({ everyMs: 60_000, targets })] });
    await clock.advance(60_001);
    expect(calls).toEqual([]);
    expect(lines).toEqual(['Rule: EventBridge has no permission to invoke Reap.']);
    clock.stop();
  });

  test('what fails is tried twice more, after one and two minutes', async () => {
    const { clock, options } = recorder();
    const start = clock.now();
    const minutes: number[] = [];
    const invoke = async () => {
      minutes.push(Math.round((clock.now() - start) / 60_000));
      throw new Error('no');
    };
    startSchedules({ ...options, invoke, rules: [rule({ everyMs: 24 * 3_600_000 })] });
    await clock.advance(24 * 3_600_000 + 10 * 60_000);
    expect(minutes).toEqual([1_440, 1_441, 1_443]);
    clock.stop();
  });
});

describe('the event bus', () => {
  const order = { Source: 'tidings', DetailType: 'alert.raise', Detail: '{"tenant":"acme"}' };

  test('an event reaches the rules of its bus that it matches', async () => {
    const { clock, calls, options } = recorder();
    const bus = eventBus(options);
    bus.use([
      rule({ pattern: { source: ['tidings'] } }),
      rule({ pattern: { source: ['other'] } }),
      rule({ pattern: { source: ['tidings'] }, bus: 'Own' }),
    ]);
    expect(bus.put({ Entries: [order] })).toMatchObject({ FailedEntryCount: 0 });
    await clock.advance(0);
    expect(calls).toHaveLength(1);
    expect(calls[0]?.event).toMatchObject({
      source: 'tidings',
      'detail-type': 'alert.raise',
      detail: { tenant: 'acme' },
    });
  });

  test('an event whose detail is no JSON object is refused by itself', () => {
    const { options } = recorder();
    const bus = eventBus(options);
    const answer = bus.put({ Entries: [{ ...order, Detail: 'x' }, order] });
    expect(answer).toMatchObject({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'MalformedDetail' }, {}] });
  });

  test.each([
    [{ source: ['a', 'tidings'] }, true],
    [{ source: ['a'] }, false],
    [{ source: ['tidings'], detail: { tenant: ['acme'] } }, true],
    [{ source: ['tidings'], detail: { tenant: ['other'] } }, false],
    [{ source: [{ prefix: 'tid' }] }, true],
    [{ source: [{ prefix: 'x' }] }, false],
    [{ detail: { tags: ['b'] } }, true],
    [{ detail: { ref: [{ exists: true }] } }, false],
    [{ detail: { ref: [{ exists: false }] } }, true],
  ])('the pattern %j matches: %s', (pattern, expected) => {
    expect(matchesPattern({ source: 'tidings', detail: { tenant: 'acme', tags: ['a', 'b'] } }, pattern)).toBe(
      expected,
    );
  });

  test('a filter that is not known here is refused when the rules are read, not when an event comes', () => {
    const { options } = recorder();
    const pattern = { detail: { n: [{ numeric: ['>', 1] }] } };
    expect(() => eventBus(options).use([rule({ pattern })])).toThrow('numeric');
  });
});
