import { createHash, createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { hashAround, hmacOf } from './hmac.ts';

/** Around the room that a buffer has for them. */
const lengths = [0, 1, 64, 511, 512, 513, 2_000];
const texts = (encoding: 'latin1' | 'utf8') =>
  lengths.flatMap((length) =>
    ['a', encoding === 'latin1' ? '\u00ff' : 'ü'].map((letter) => letter.repeat(length)),
  );

it.each(['latin1', 'utf8'] as const)(
  'hashes what stands around a middle as the whole text, in %s',
  (encoding) => {
    const middle = 'mitte \u00fc\n';
    const hash = hashAround(middle, encoding);
    for (const before of texts(encoding)) {
      for (const after of texts(encoding)) {
        const whole = createHash('sha256').update(before + middle + after, encoding);
        expect(hash(before, after)).toBe(whole.digest('hex'));
      }
    }
  },
);

it('gives the code that Node’s own gives, one after the other with the same key', () => {
  const key = Buffer.from('key'.repeat(20));
  const hmac = hmacOf(key, 'begun: ');
  for (const text of texts('latin1')) {
    const theirs = createHmac('sha256', key).update(`begun: ${text}`, 'latin1');
    expect(hmac(text)).toBe(theirs.digest('hex'));
  }
});
