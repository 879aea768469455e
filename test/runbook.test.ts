import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { drillNames } from './load/drills/drills.ts';

const [, ...sections] = readFileSync(new URL('../docs/runbook.md', import.meta.url), 'utf8').split(/^## /m);
const drilled = (text: string) =>
  [...text.matchAll(/`npm run load -- drills ([\w-]+)`/g)].map(([, name]) => name);

test('every drill of the runbook is there, and the runbook tells of every drill', () => {
  expect(new Set(sections.flatMap(drilled))).toEqual(new Set(drillNames));
});

test('each section of the runbook says what is seen, what to do, how it is drilled, and what was not shown', () => {
  for (const section of sections) {
    const [title = ''] = section.split('\n');
    const said = [...section.matchAll(/^- \*\*(.+?):\*\* ./gm)].map(([, part]) => part);
    expect(said, title).toEqual(['Seen by', 'What to do', 'Drill', 'Not shown']);
  }
});
