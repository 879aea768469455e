import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { positive, runCommand, WrongUsage, whole } from './runCommand.ts';

let printed = '';
beforeEach(() => {
  printed = '';
  const print = (text: unknown) => {
    printed += text;
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(print);
  vi.spyOn(console, 'error').mockImplementation(print);
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

class Expected extends Error {}
const run = (args: string[], main = vi.fn(async (_parsed: object) => {})) =>
  runCommand(
    { name: 'sing', help: 'the help', expected: [Expected], args, options: { loud: { type: 'string' } } },
    main,
  );

test('a command gets its options, and --help is not among them', async () => {
  const main = vi.fn(async (_parsed: object) => {});
  await run(['--loud', 'very'], main);
  expect(main).toHaveBeenCalledWith(expect.objectContaining({ values: { loud: 'very' } }));
  await run(['--help'], main);
  expect(main).toHaveBeenCalledTimes(1);
  expect(printed).toBe('the help');
  expect(process.exitCode).toBeUndefined();
});

test.each([
  [new WrongUsage('Too loud.'), /^Too loud\. See npm run sing -- --help\.$/],
  [new Expected('The hall is closed.'), /^The hall is closed\.$/],
])('%s is one sentence, and ends with 1', async (error, said) => {
  await run([], vi.fn().mockRejectedValue(error));
  expect(printed).toMatch(said);
  expect(process.exitCode).toBe(1);
});

test('of a mistake it is shown where it was made', async () => {
  const mistake = new TypeError('no such key');
  const shown = vi.spyOn(console, 'error');
  await run([], vi.fn().mockRejectedValue(mistake));
  expect(shown).toHaveBeenCalledWith(mistake);
  expect(process.exitCode).toBe(1);
});

test.each(['0', '-1', '1.5', 'many', ''])('"%s" is no whole number from 1', (text) => {
  expect(() => whole('seeds', text)).toThrow(`--seeds must be a whole number from 1, not "${text}".`);
});

test.each(['0', '-1', 'Infinity', 'many', ''])('"%s" is no number above 0', (text) => {
  expect(() => positive('minutes', text)).toThrow(`--minutes must be a number above 0, not "${text}".`);
});

test('numbers are read', () => {
  expect([whole('seeds', '12'), positive('minutes', '0.5')]).toEqual([12, 0.5]);
});
