import { expect, test } from 'vitest';
import { figuresOf } from './figures.ts';
import type { Step } from './hour.ts';

const stepMs = 5_000;
const step = (at: number, rest: Partial<Step> = {}): Step => ({
  at: at * stepMs,
  framesIn: 0,
  framesOut: 0,
  connects: 0,
  requests: 0,
  delivered: 0,
  gone: 0,
  behind: 0,
  refusedHandshakes: {},
  refusedRequests: {},
  readUnits: 0,
  writeUnits: 0,
  openConnections: 0,
  openByRole: {},
  deadLetters: 0,
  ...rest,
});
function shown(steps: readonly Step[], current?: Step, engine = 'dynoxide') {
  const { times, figures } = figuresOf({ stepMs, steps, ...(current && { current }) }, '5 minutes', engine);
  const figure = (title: string) => {
    const found = figures.find((one) => one.title === title);
    if (!found) throw new Error(`there is no ${title}`);
    return found;
  };
  return { times, figure };
}

test('what is counted in five seconds is shown a second', () => {
  const { figure } = shown([step(100, { framesIn: 10, framesOut: 50 })]);
  expect(figure('Frames')).toMatchObject({ value: '12', lines: [{ newest: '2' }, { newest: '10' }] });
});

test('how things stand is shown as of now, not as of the last step', () => {
  const now = step(101, { openConnections: 3, openByRole: { msp: 2, admin: 1 }, deadLetters: 1 });
  const { figure } = shown([step(100)], now);
  expect(figure('Open connections')).toMatchObject({
    value: '3',
    lines: [
      { name: 'admin', newest: '1', values: [null, null, 0] },
      { name: 'msp', newest: '2' },
    ],
  });
  expect(figure('Dead letters')).toMatchObject({ value: '1', isBad: true });
});

test('refusals are counted over the span, by their reason, also those of the step under way', () => {
  const early = step(39, { refusedRequests: { forbidden: 100 } });
  const { figure } = shown(
    [early, step(99, { refusedRequests: { forbidden: 2 } }), step(100, { refusedHandshakes: { token: 1 } })],
    step(101, { refusedRequests: { forbidden: 1 } }),
  );
  expect(figure('Refusals')).toMatchObject({
    value: '4',
    lines: [
      { name: 'forbidden', newest: '3' },
      { name: 'handshake: token', newest: '1' },
    ],
  });
});

test('of many reasons those that count most have a line', () => {
  const refusedRequests = { a: 1, b: 5, c: 4, d: 3, e: 2 };
  const { figure } = shown([step(100, { refusedRequests })]);
  expect(figure('Refusals').value).toBe('15');
  expect(figure('Refusals').lines.map(({ name }) => name)).toEqual(['b', 'c', 'd', 'e']);
});

test('delivery is told as of the last step in which there was any', () => {
  const postMs = { p50: 3.25, p95: 20, p99: 31 };
  const { figure } = shown([step(99, { postMs }), step(100)]);
  expect(figure('Publish to delivered').value).toBe('20');
  expect(figure('Publish to delivered').lines[0]).toMatchObject({
    newest: '3.3',
    values: [null, null, 3.25, null],
  });
  expect(shown([step(100)]).figure('Publish to delivered').value).toBe('–');
});

test('a table that is not asked over a wire has no units, which is no zero', () => {
  const { readUnits: _, writeUnits: __, ...without } = step(100);
  expect(shown([without]).figure('Database units')).toMatchObject({ value: '–', lines: [] });
  expect(shown([step(100)]).figure('Database units').value).toBe('0');
  const toldBy = (engine: string) => shown([without], undefined, engine).figure('Database units').none;
  expect(toldBy('dynoxide')).toBe('Counted from the next step on.');
  expect(toldBy('memory')).toBe('Not counted with --memory.');
});

test('the span is as wide where the stack has run for less', () => {
  const { times } = shown([step(99), step(100)]);
  expect(times).toEqual([100 * stepMs - 300_000, 98 * stepMs, 99 * stepMs, 100 * stepMs]);
  const full = Array.from({ length: 100 }, (_, at) => step(at + 1));
  expect(shown(full).times).toHaveLength(60);
});
