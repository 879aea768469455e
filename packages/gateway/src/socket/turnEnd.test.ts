import { Duplex } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { atTurnEnd, corkForTurn } from './turnEnd.ts';

/** A line, and what reached it with each write. */
function openLine() {
  const writes: string[] = [];
  const line = new Duplex({
    read: () => undefined,
    write(chunk, _encoding, done) {
      writes.push(String(chunk));
      done();
    },
    writev(chunks, done) {
      writes.push(chunks.map(({ chunk }) => String(chunk)).join());
      done();
    },
  });
  return { line, writes };
}

function write(line: Duplex, text: string): void {
  corkForTurn(line);
  line.write(text);
}

test('what a turn has for several clients goes out when it ends, in the order of each', async () => {
  const [one, other] = [openLine(), openLine()];
  for (const [{ line }, text] of [
    [one, 'a'],
    [other, 'b'],
    [one, 'c'],
  ] as const) {
    write(line, text);
  }
  one.line.write('close frame');
  const answered = new Promise((resolve) => {
    atTurnEnd(() => resolve([...one.writes, ...other.writes]));
  });
  expect([one.writes, other.writes, one.line.writableLength]).toEqual([[], [], 13]);
  expect(await answered).toEqual(['a,c,close frame', 'b']);
  write(one.line, 'd');
  await setImmediate();
  expect(one.writes).toEqual(['a,c,close frame', 'd']);
});

test('what was to run when the turn ends runs after all that it has for clients', async () => {
  const { line, writes } = openLine();
  const answered = new Promise((resolve) => {
    atTurnEnd(() => resolve([...writes]));
  });
  write(line, 'a');
  expect(await answered).toEqual(['a']);
});

test('nothing of it is lost with a line that ends in this turn, and a line that broke is left', async () => {
  const [ended, broken, open] = [openLine(), openLine(), openLine()];
  for (const { line } of [ended, broken, open]) write(line, 'a');
  ended.line.end('b');
  broken.line.destroy();
  await setImmediate();
  expect([ended.writes.join(), broken.writes, open.writes]).toEqual(['a,b', [], ['a']]);
});
