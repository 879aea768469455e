import { hash } from 'node:crypto';

const BLOCK_BYTES = 64;

/**
 * HMAC by SHA-256 with one key, as RFC 2104 makes it of two hashes: an `Hmac` is an object of OpenSSL's own for each text,
 * which costs three times as much.
 *
 * @param key of at most 64 bytes
 */
export function hmacOf(key: Buffer): (text: string) => string {
  const padded = (pad: number) =>
    Buffer.from(new Uint8Array(BLOCK_BYTES).map((_, at) => (key[at] ?? 0) ^ pad));
  const inner = padded(0x36).toString('latin1');
  const outer = Buffer.concat([padded(0x5c), Buffer.alloc(32)]);
  return (text) => {
    // As a text, which costs half of a buffer.
    outer.write(hash('sha256', Buffer.from(inner + text, 'latin1'), 'binary'), BLOCK_BYTES, 'latin1');
    return hash('sha256', outer, 'hex');
  };
}
