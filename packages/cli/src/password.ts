import { randomInt } from 'node:crypto';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { UsageError } from './failures.ts';

// Without those that are taken for one another when they are read out.
const classes = ['ABCDEFGHJKLMNPQRSTUVWXYZ', 'abcdefghijkmnpqrstuvwxyz', '23456789', '-_.!+=@'];

/** A password that has what the pool asks for: about 115 bits. */
export function newPassword(): string {
  const pick = (from: string) => from.charAt(randomInt(from.length));
  const letters = [...classes, ...Array<string>(16).fill(classes.join(''))].map(pick);
  for (let at = letters.length - 1; at > 0; at--) {
    const other = randomInt(at + 1);
    [letters[at], letters[other]] = [letters[other] ?? '', letters[at] ?? ''];
  }
  return letters.join('');
}

/** The first line of what comes in. @throws UsageError where there is none. */
export async function passwordFrom(input: Readable): Promise<string> {
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  for await (const line of lines) {
    lines.close();
    if (line !== '') return line;
  }
  throw new UsageError('standard input holds no password');
}

/** Asks for a password at a terminal, without showing it. */
export async function askPassword(
  input: NodeJS.ReadStream,
  output: NodeJS.WritableStream,
  question: string,
): Promise<string> {
  output.write(question);
  // The terminal itself shows what is typed, unless each key comes here raw.
  input.setRawMode(true);
  let typed = '';
  try {
    input.setEncoding('utf8');
    for await (const keys of input as AsyncIterable<string>) {
      for (const key of keys) {
        if (key === '\r' || key === '\n') return typed;
        if (key === '\u0003' || key === '\u0004') throw new UsageError('no password was given');
        typed = key === '\u007f' || key === '\b' ? typed.slice(0, -1) : typed + key;
      }
    }
    return typed;
  } finally {
    input.setRawMode(false);
    output.write('\n');
  }
}
