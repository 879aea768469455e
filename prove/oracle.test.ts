import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { judge } from './oracle.ts';
import { simulate } from './simulate.ts';
import { tamperingWith } from './tampering.ts';

const evidence = await simulate({ seed: 2, clients: 10, minutes: 6 });

const { found, withLine, lines: seen } = tamperingWith(evidence);

/** The first live event of somebody, as a line of the transcript. */
const live = seen.find(({ k, frame }) => k === 'got' && JSON.parse(String(frame)).seq !== undefined);

it('the oracle shares no code with what it judges', () => {
  const files = [
    'oracle.ts',
    ...readdirSync(new URL('oracle', import.meta.url)).map((name) => `oracle/${name}`),
  ];
  for (const file of files) {
    const text = readFileSync(new URL(file, import.meta.url), 'utf8');
    const imports = [...text.matchAll(/from '([^']+)'/g)].map(([, name = '']) => name);
    expect(imports.filter((name) => !/^\.\/(oracle\/)?\w+\.ts$/.test(name))).toEqual([]);
  }
});

it('what really happened is in order', () => {
  const { violations, ...figures } = judge(evidence);
  expect(violations).toEqual([]);
  expect(figures).toMatchObject({ lost: 0, doubled: 0, misordered: 0, leaked: 0 });
  expect(figures.acknowledged).toBeGreaterThan(20);
});

it('an event that an application never got is lost', () => {
  expect(found(withLine('deliver', () => [], 1e9))).toContain('I1');
});

it('an event out of order, or given twice, is found', () => {
  expect(found(withLine('deliver', (line) => [line, line]))).toContain('I2');
  expect(found(withLine('deliver', (line) => [{ ...line, seq: Number(line.seq) + 1 }]))).toContain('I2');
});

it('an acknowledged change that is not in the table is found', () => {
  const log = evidence.atRest.findLast(({ pk }) => pk.startsWith('LOG#'));
  expect(found({ atRest: evidence.atRest.filter((row) => row !== log) })).toContain('I9');
  const ref = evidence.atRest.findLast(({ pk }) => pk.startsWith('REF#'));
  expect(found({ atRest: evidence.atRest.filter((row) => row !== ref) })).toContain('I10');
});

it('two events for one request are found', () => {
  const atRest = evidence.atRest.map((row) =>
    row.pk.startsWith('REF#') ? { ...row, log: { pk: 'LOG#x', sk: '1' } } : row,
  );
  expect(found({ atRest })).toContain('I3');
});

it('a frame that was never committed so is found', () => {
  const tampered = (line: Record<string, unknown>) => [
    { ...live, t: line.t, frame: String(live?.frame).replace(/"ts":\d+/, '"ts":1') },
    line,
  ];
  expect(found(withLine('rest', tampered))).toContain('I10');
});

it('a word of another tenant is found', () => {
  const frame = JSON.stringify({ type: 'ack', payload: { body: 'north|x south|x' } });
  expect(found(withLine('rest', (line) => [{ ...live, t: line.t, frame }, line]))).toContain('I4');
});

it('an event after the token’s end is found', () => {
  expect(found(withLine('end', (line) => [{ ...live, t: line.t }, line]))).toContain('I5');
});

it('one connection too many is found', () => {
  const more = (line: Record<string, unknown>) =>
    [1, 2, 3, 4, 5].map((n) => ({ ...line, conn: `${line.conn}${n}` }));
  expect(found(withLine('up', more))).toContain('I6');
});

it('what stays behind is found, a tombstone and a row whose TTL is over left aside', () => {
  const row = (more: object) => ({
    atEnd: [...evidence.atEnd, { pk: 'SUBS#north#tenant:-', sk: 'SUB#a#b', ...more }],
  });
  expect(found(row({ ttl: 9e9 }))).toContain('I7');
  expect(found(row({ ttl: 1 }))).toEqual(new Set());
  const connection = (state: string) => ({
    atEnd: [...evidence.atEnd, { pk: 'CONN#x', sk: 'META', state, ttl: 9e9 }],
  });
  expect(found(connection('open'))).toContain('I7');
  expect(found(connection('closed'))).toEqual(new Set());
});

it('statistics that are not the count are found', () => {
  expect(found({ ...withLine('stats', (line) => [{ ...line, answer: { payload: {} } }]) })).toContain('I8');
});

it('a refusal that wrote, an unexpected error and a secret in a log are found', () => {
  const refused = evidence.lines
    .map((text) => JSON.parse(text))
    .find(({ k, frame }) => k === 'got' && JSON.parse(frame).payload?.code === 'validation_failed');
  const { ref } = JSON.parse(refused.frame);
  const lines = evidence.lines.map((text) => {
    const line = JSON.parse(text);
    return line.k === 'run' && line.ref === ref ? JSON.stringify({ ...line, writes: 1 }) : text;
  });
  expect(found({ lines })).toContain('I12');
  const report = (line: Record<string, unknown>) => [
    { ...line, k: 'report', error: 'TypeError: north|x' },
    line,
  ];
  expect(found(withLine('rest', report))).toEqual(new Set(['I13', 'I14']));
});
