import { hash } from 'node:crypto';

const BLOCK_BYTES = 64;
const HASH_BYTES = 32;

/**
 * HMAC by SHA-256 of texts with the same beginning, by one key, as RFC 2104 makes it of two hashes: an `Hmac` is an object of
 * OpenSSL's own for each text, which costs three times as much.
 *
 * @param key of at most 64 bytes
 */
export function hmacOf(key: Buffer, beginning: string): (ending: string) => string {
  const padded = (pad: number) =>
    Buffer.from(new Uint8Array(BLOCK_BYTES).map((_, at) => (key[at] ?? 0) ^ pad));
  const innerHash = hashAround(padded(0x36).toString('latin1') + beginning, 'latin1');
  const outer = Buffer.concat([padded(0x5c), Buffer.alloc(HASH_BYTES)]);
  return (ending) => {
    outer.write(innerHash('', ending, 'binary'), BLOCK_BYTES, 'latin1');
    return hash('sha256', outer, 'hex');
  };
}

/** On either side of the middle. A text that is longer is put together. */
const ROOM_BYTES = 512;

/**
 * SHA-256 of texts with the same middle. It stays in its place in a buffer, and what stands around it is written there:
 * to put a text together of parts costs as much as to hash it.
 *
 * @param encoding of the middle and of the texts
 */
export function hashAround(middle: string, encoding: 'latin1' | 'utf8') {
  const size = (text: string) => Buffer.byteLength(text, encoding);
  const bytes = Buffer.alloc(ROOM_BYTES + size(middle) + ROOM_BYTES);
  const end = ROOM_BYTES + bytes.write(middle, ROOM_BYTES, encoding);
  // Texts are mostly as long as the last ones were, and a view of bytes is an object to be collected.
  let hashed = bytes;
  return (before: string, after: string, as: 'hex' | 'binary' = 'hex'): string => {
    const [sizeBefore, sizeAfter] = [size(before), size(after)];
    if (Math.max(sizeBefore, sizeAfter) > ROOM_BYTES) {
      return hash('sha256', Buffer.from(before + middle + after, encoding), as);
    }
    bytes.write(before, ROOM_BYTES - sizeBefore, encoding);
    bytes.write(after, end, encoding);
    const [from, to] = [ROOM_BYTES - sizeBefore, end + sizeAfter];
    if (hashed.byteOffset !== from || hashed.length !== to - from) hashed = bytes.subarray(from, to);
    return hash('sha256', hashed, as);
  };
}
