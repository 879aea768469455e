import { expect, test } from 'vitest';
import { manualClock } from '../../adapters/memory/clock.ts';
import { joinDeltas } from './joinDeltas.ts';

const joining = { joinMs: 40, beatMs: 500 };

/** A model whose pieces the test gives one by one, and what the reader got of them at which time. */
function script() {
  const clock = manualClock(0);
  const pieces: (string | Error | undefined)[] = [];
  let wake = () => {};
  async function* model() {
    for (;;) {
      while (pieces.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      const piece = pieces.shift();
      if (piece instanceof Error) throw piece;
      if (piece === undefined) return;
      yield piece;
    }
  }
  const got: [atMs: number, text: string][] = [];
  const texts = joinDeltas(model(), clock, joining);
  const reading = (async () => {
    for await (const text of texts) got.push([clock.now(), text]);
  })();
  return {
    clock,
    got,
    reading,
    async give(...given: (string | Error | undefined)[]) {
      pieces.push(...given);
      wake();
      await clock.advance(0);
    },
  };
}

test('the first piece goes out at once, and what follows within 40 ms goes out together', async () => {
  const { clock, got, give } = script();
  await give('a');
  expect(got).toEqual([[0, 'a']]);
  await clock.advance(10);
  await give('b');
  await clock.advance(10);
  await give('c');
  await clock.advance(19);
  expect(got).toHaveLength(1);
  await clock.advance(1);
  expect(got).toEqual([
    [0, 'a'],
    [40, 'bc'],
  ]);
});

test('a piece after a pause waits for nothing', async () => {
  const { clock, got, give } = script();
  await give('a');
  await clock.advance(300);
  await give('b');
  expect(got).toEqual([
    [0, 'a'],
    [300, 'b'],
  ]);
});

test('silence is told each half second', async () => {
  const { clock, got } = script();
  await clock.advance(1100);
  expect(got).toEqual([
    [500, ''],
    [1000, ''],
  ]);
});

test('the end brings what is left at once', async () => {
  const { got, give, reading } = script();
  await give('a');
  await give('b', undefined);
  await reading;
  expect(got.map(([, text]) => text)).toEqual(['a', 'b']);
});

test('a failure comes after everything that came before it', async () => {
  const { got, give, reading } = script();
  const failed = reading.catch((error: unknown) => error);
  await give('a');
  await give('b', new Error('broken'));
  expect(await failed).toEqual(new Error('broken'));
  expect(got.map(([, text]) => text)).toEqual(['a', 'b']);
});

test('a reader that is busy gets all that came meanwhile as one text', async () => {
  const clock = manualClock(0);
  async function* model() {
    yield* ['a', 'b', 'c', 'd'];
  }
  const texts = joinDeltas(model(), clock, joining);
  const first = (await texts.next()).value;
  await clock.advance(1000);
  const second = (await texts.next()).value;
  expect([first, second].join('')).toBe('abcd');
  expect((await texts.next()).done).toBe(true);
});
