import { expect, test } from 'vitest';
import { writtenLines } from '../../test/support/writtenLines.ts';
import { consoleReporter } from './reporter.ts';

test('a report is one line of JSON, whatever the error says', () => {
  const lines = writtenLines();
  const cause = new TypeError('inner\r\n"quoted"');
  consoleReporter.report(new Error('outer\nline', { cause }), { requestId: 'r1', what: 'a test' });
  expect(lines).toHaveLength(1);
  expect(lines[0]?.trimEnd()).not.toContain('\n');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    requestId: 'r1',
    what: 'a test',
    error: 'Error',
    message: 'outer\nline',
    cause: { error: 'TypeError' },
  });
});

test('what hangs on an error besides its message is not logged: it may hold a body', () => {
  const lines = writtenLines();
  const error = Object.assign(new Error('cancelled'), { Item: { frame: 'canary-body' } });
  consoleReporter.report(error, { requestId: 'r1', what: 'a test' });
  consoleReporter.report({ token: 'canary-token' }, { requestId: 'r1', what: 'a test' });
  expect(lines.join()).not.toContain('canary');
});

test('what a parser says of a text is not logged: it quotes the text', () => {
  const lines = writtenLines();
  for (const text of ['canary', '{"canary', '["canary",', '{"a":canary}']) {
    try {
      JSON.parse(text);
    } catch (error) {
      consoleReporter.report(error, { requestId: 'r1', what: 'a test' });
      consoleReporter.report(new Error('outer', { cause: error }), { requestId: 'r1', what: 'a test' });
    }
  }
  expect(lines).toHaveLength(8);
  expect(lines.join()).not.toContain('canary');
  expect(lines.join()).toContain('reporter.test.ts');
});
