import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { errorCodes } from '../asyncapi/errorCodes.ts';
import { disconnectRules } from './errors.ts';

const document = readFileSync(new URL('../PROTOCOL.md', import.meta.url), 'utf8');

function rows(name: string): string[][] {
  const table = document.split(`<!-- ${name} -->`)[1]?.split(`<!-- /${name} -->`)[0] ?? '';
  const lines = table.trim().split('\n').slice(2);
  return lines.map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
}

test('2.5: the document’s table of errors is the table of errors', () => {
  const expected = errorCodes.map(({ code, retryable, httpStatus, documentation }) => [
    `\`${code}\``,
    retryable ? 'yes' : 'no',
    String(httpStatus),
    documentation,
  ]);
  expect(rows('errors')).toEqual(expected);
});

test('2.7: the document’s table of disconnects is the table of disconnects', () => {
  const expected = Object.entries(disconnectRules).map(([code, { reconnect, documentation }]) => [
    code,
    reconnect,
    documentation,
  ]);
  expect(rows('disconnects')).toEqual(expected);
});
