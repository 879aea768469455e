import { expect, test } from 'vitest';
import { frame } from '../../conformance/rawSocket.ts';
import { frameGuard } from './frameGuard.ts';

const limit = 32_768;

/** How many bytes pass before the end of a header of a frame that is too long, for bytes in these pieces. */
function watch(chunks: Iterable<Buffer>): number | undefined {
  const guard = frameGuard(limit);
  let before = 0;
  for (const chunk of chunks) {
    const passed = guard(chunk);
    if (passed !== undefined) return before + passed;
    before += chunk.length;
  }
  return;
}

function* pieces(bytes: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const text = (bytes: number, fin = true) => frame(1, Buffer.alloc(bytes, 'x'), fin);
const before = Buffer.concat([
  text(5),
  frame(0x9, Buffer.from('ping')),
  text(125),
  text(126),
  text(300, false),
  frame(0x0, Buffer.alloc(limit)),
]);
const stream = Buffer.concat([before, text(limit + 1), text(9)]);
// Two bytes, a length of two, a mask of four: all but the last of them pass.
const ofHeader = 7;

test.each([1, 2, 3, 7, 14, 1_000, 1_000_000])(
  'finds a long frame in pieces of %i bytes, and lets pass what says whether it is allowed',
  (size) => {
    expect(watch(pieces(stream, size))).toBe(before.length + ofHeader);
  },
);

test('lets frames of exactly the limit pass, however many', () => {
  const frames = [text(limit), text(limit), text(limit, false), frame(0, Buffer.alloc(limit))];
  expect(watch(frames)).toBeUndefined();
});

test('reads the 64-bit length of a frame of which only the header has come', () => {
  expect(watch([text(70_000).subarray(0, 14)])).toBe(13);
});

test('waits for the whole length', () => {
  expect(watch([text(40_000).subarray(0, 3)])).toBeUndefined();
});

test('reads frames without a mask as well', () => {
  const unmasked = Buffer.concat([
    Buffer.from([0x81, 2]),
    Buffer.from('ab'),
    Buffer.from([0x81, 126, 0xff, 0xff, 0, 0]),
  ]);
  expect(watch([unmasked])).toBe(7);
});
