import { expect, test, vi } from 'vitest';
import { type Bench, bench, runBench, shown } from './measure.ts';
import { figureOf, percentile, ratioOf, spreadOf } from './results.ts';
import { tableOf } from './resultsTable.ts';

const kind = { unit: 'ms', better: 'less' } as const;
const of = (variant: string, ...runs: number[]) => figureOf({ variant, figure: 'time', ...kind, runs });

test('the median is the one in the middle, and of an even number the mean of two', () => {
  expect(spreadOf([9, 1, 5])).toEqual({ median: 5, min: 1, max: 9 });
  expect(spreadOf([10, 1, 3, 4])).toEqual({ median: 3.5, min: 1, max: 10 });
});

test('a percentile is a value that was measured', () => {
  const values = Array.from({ length: 200 }, (_, n) => 200 - n);
  expect([1, 50, 95, 99, 100].map((percent) => percentile(values, percent))).toEqual([2, 100, 190, 198, 200]);
  expect(percentile([7], 50)).toBe(7);
});

test('a ratio says how many times better than the baseline, whichever direction is better', () => {
  const [sdk, ours] = [of('sdk', 100), of('ours', 20)];
  const measured = { name: 'posts', measures: 'posts', baseline: 'sdk', figures: [sdk, ours] };
  expect(ratioOf(measured, ours)).toBe(5);
  expect(ratioOf(measured, sdk)).toBeUndefined();
  const faster = { ...ours, better: 'more' } as const;
  expect(ratioOf(measured, faster)).toBe(0.2);
  expect(ratioOf(measured, of('ours', 0))).toBeUndefined();
});

test('variants run in turn, and each figure keeps its runs', async () => {
  const progress = vi.spyOn(console, 'error').mockImplementation(() => {});
  const order: string[] = [];
  const one: Bench = bench({
    name: 'two',
    measures: 'what two of them come to',
    figures: { time: kind, units: { unit: 'units', better: 'less' } },
    variants: ['slow', 'fast'],
    baseline: 'slow',
    async measure(variant) {
      order.push(variant);
      return { time: order.length, units: 10 };
    },
  });
  const { figures } = await runBench(one, 2);
  expect(order).toEqual(['slow', 'fast', 'slow', 'fast']);
  expect(figures.map(({ variant, figure, runs }) => [variant, figure, runs])).toEqual([
    ['slow', 'time', [1, 3]],
    ['slow', 'units', [10, 10]],
    ['fast', 'time', [2, 4]],
    ['fast', 'units', [10, 10]],
  ]);
  expect(progress).toHaveBeenLastCalledWith('  run 2 of 2, fast: time 4, units 10');
  await runBench({ ...one, maxRuns: 1 }, 5);
  expect(order).toHaveLength(6);
  progress.mockRestore();
});

test('the table names what was compared with what', () => {
  const figures = [of('sdk', 100, 120, 90), of('ours', 20), of('slower', 150), of('same', 100)];
  const measured = { name: 'posts', measures: 'CPU of posts', baseline: 'sdk', figures };
  const machine = { cpu: 'A CPU', cores: 2, memoryGb: 8, system: 'linux x64', node: 'v24' };
  const table = tableOf({ commit: 'abc', date: '2026-01-01', machine, benches: [measured] });
  expect(table.split('\n')).toEqual([
    'commit abc, 2026-01-01',
    'A CPU, 2 cores, 8 GB, linux x64, Node v24',
    '',
    'posts: CPU of posts',
    '  time  sdk     100  ms  90 to 120  baseline',
    '  time  ours     20  ms             5 times better',
    '  time  slower  150  ms             1.5 times worse',
    '  time  same    100  ms             the same',
    '',
  ]);
});

test('a figure is shown with the digits that count', () => {
  expect([0.1234, 2.5, 12.345, 99.96, 123.4, 47_512.3].map(shown)).toEqual([
    ...['0.12', '2.5', '12.3', '100', '123', '47,512'],
  ]);
});
