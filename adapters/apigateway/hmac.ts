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
  // Mostly one of the texts is the last one, and both are as long: to write costs as much as a tenth of the hash, and a view of
  // bytes is an object to be collected.
  const last = { before: '', after: '', bytes };
  return (before: string, after: string, as: 'hex' | 'binary' = 'hex'): string => {
    const [sizeBefore, sizeAfter] = [size(before), size(after)];
    if (Math.max(sizeBefore, sizeAfter) > ROOM_BYTES) {
      return hash('sha256', Buffer.from(before + middle + after, encoding), as);
    }
    const [from, to] = [ROOM_BYTES - sizeBefore, end + sizeAfter];
    if (before !== last.before) bytes.write(before, from, encoding);
    if (after !== last.after) bytes.write(after, end, encoding);
    if (last.bytes.byteOffset - bytes.byteOffset !== from || last.bytes.length !== to - from)
      last.bytes = bytes.subarray(from, to);
    last.before = before;
    last.after = after;
    return hash('sha256', last.bytes, as);
  };
}
