import { type ParseArgsConfig, parseArgs } from 'node:util';
import { didYouMean } from './didYouMean.ts';
import { UsageError } from './failures.ts';

type Options = NonNullable<ParseArgsConfig['options']>;
type Values<O extends Options> = ReturnType<typeof parseArgs<{ options: O }>>['values'];

/**
 * Reads the words of a command line: options, and as many plain words as are named.
 *
 * @throws UsageError naming what is wrong.
 */
export function readWords<const O extends Options>(
  words: readonly string[],
  options: O,
  names: readonly string[] = [],
): { values: Values<O>; named: string[] } {
  const { values, positionals } = parse(words, options);
  const missing = names[positionals.length];
  if (missing !== undefined) throw new UsageError(`${missing} is missing`);
  const extra = positionals[names.length];
  if (extra !== undefined) throw new UsageError(`${JSON.stringify(extra)} is one word too many`);
  return { values: values as Values<O>, named: positionals };
}

function parse<const O extends Options>(words: readonly string[], options: O) {
  try {
    return parseArgs({ args: withValues(words, options), options, allowPositionals: true, strict: true });
  } catch (cause) {
    const [said = ''] = String(cause instanceof Error ? cause.message : cause).split('. ');
    const [, unknown] = /^Unknown option '(--[^']*)'/.exec(said) ?? [];
    const known = Object.keys(options).map((name) => `--${name}`);
    throw new UsageError(said + didYouMean(unknown, known), { cause });
  }
}

/**
 * Joins each option with its value. A value may begin with `-`, as one in 64 epochs does, which Node takes for an option
 * that lacks one; what names an option of the command is left as it is.
 */
function withValues(words: readonly string[], options: Options): string[] {
  const isOption = (word: string) => Object.hasOwn(options, word.replace(/^--/, '').replace(/=.*/s, ''));
  const all: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const [word = '', next = ''] = words.slice(at);
    const takesNext =
      word.startsWith('--') && options[word.slice(2)]?.type === 'string' && next.startsWith('-');
    if (takesNext && !isOption(next)) {
      all.push(`${word}=${next}`);
      at++;
    } else all.push(word);
  }
  return all;
}

/** An option that holds a JSON object. @throws UsageError. */
export function readObject(option: string, text: string | undefined): object | undefined {
  if (text === undefined) return undefined;
  const value = tryJson(text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new UsageError(`${option} must be a JSON object, such as '{"clientId":"acme"}'`);
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
