import { expect, test } from 'vitest';
import { resultFiles, toCsv } from './resultFiles.ts';

const files = (output: unknown) =>
  Object.fromEntries(resultFiles('engagement.report', 'j/1', output).map(({ name, text }) => [name, text]));

test('a result is JSON, under a name that any disk takes', () => {
  expect(files({ sum: 3 })).toEqual({ 'engagement.report-j_1.json': '{\n  "sum": 3\n}\n' });
});

test('what says itself as CSV or as text is that too', () => {
  expect(files({ csv: 'a,b\r\n' })['engagement.report-j_1.csv']).toBe('a,b\r\n');
  expect(files({ text: 'hola', to: 'es' })['engagement.report-j_1.txt']).toBe('hola');
  expect(files('hola')['engagement.report-j_1.txt']).toBe('hola');
});

test('rows are CSV, alone or as the one list of a result', () => {
  const rows = [{ id: 'a', n: 1 }, { id: 'b' }];
  expect(files(rows)['engagement.report-j_1.csv']).toBe('id,n\r\na,1\r\nb,\r\n');
  expect(files({ rows, sum: 1 })['engagement.report-j_1.csv']).toBe('id,n\r\na,1\r\nb,\r\n');
  expect(files({ rows, others: rows })['engagement.report-j_1.csv']).toBeUndefined();
});

test('a cell is quoted where it must be, and no formula', () => {
  expect(toCsv([{ a: 'x,"y"', b: { c: [1, 2] }, d: '=1+1', e: -1, f: '-1' }])).toBe(
    `a,b,d,e,f\r\n"x,""y""","{""c"":[1,2]}",'=1+1,-1,'-1\r\n`,
  );
});
