import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { figureOf, type Results } from '../results.ts';
import { barChart } from './chart.ts';
import { pageOf } from './page.ts';

const docs = new URL('../../docs/', import.meta.url);
const latest = () => JSON.parse(readFileSync(new URL('./latest.json', import.meta.url), 'utf8')) as Results;

test('docs/results.md and its charts are what npm run results makes of the latest figures', () => {
  const page = pageOf(latest());
  const written = readdirSync(docs, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /^results\//.test(path),
  );
  expect([...page.keys()].toSorted()).toEqual(['results.md', ...written].toSorted());
  for (const [path, content] of page) expect(readFileSync(new URL(path, docs), 'utf8'), path).toBe(content);
});

const posts = (variant: string, ...runs: number[]) =>
  figureOf({ variant, figure: 'CPU', unit: 'ms', better: 'less', runs });
const results: Results = {
  commit: 'abc',
  date: '2026-01-01',
  note: 'The machine was shared.',
  machine: { cpu: 'A CPU', cores: 2, memoryGb: 8, system: 'linux x64', node: 'v24' },
  benches: [
    {
      name: 'posts',
      measures: 'CPU of posts',
      baseline: 'SDK',
      charts: ['CPU'],
      figures: [posts('SDK', 100, 120, 90), posts('tidings', 20)],
    },
  ],
};

test('the page says when and on what it was measured, and each figure with its spread and its ratio', () => {
  const page = pageOf(results);
  expect([...page.keys()]).toEqual(['results.md', 'results/posts-cpu.svg']);
  const text = page.get('results.md');
  expect(text).toContain(
    'on 2026-01-01 at commit `abc`: A CPU, 2 cores, 8 GB, linux x64, Node v24. The machine was shared.',
  );
  expect(text).toContain('| SDK | 100 (90 to 120) |\n| tidings | 20, 5 times better |');
  expect(text).toContain('![posts: CPU, ms, less is better](results/posts-cpu.svg)');
});

test('the longest bar is that of the largest value, the others are in proportion to it, and nothing is a line', () => {
  const bar = (label: string, value: number) => ({ label, value, text: `${value}`, isOurs: false });
  const svg = barChart({ title: 'a < b', bars: [bar('one', 10), bar('half', 5), bar('none', 0)] });
  const widths = [...svg.matchAll(/class="bar" .*?width="([\d.]+)"/g)].map(([, width]) => Number(width));
  expect(widths).toEqual([300, 150, 1.5]);
  expect(svg).toContain('a &lt; b');
  expect(svg).toContain('prefers-color-scheme:dark');
});
