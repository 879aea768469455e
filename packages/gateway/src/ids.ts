import { randomFillSync } from 'node:crypto';

const idBytes = 11;
// One call for many ids: a call for each would cost more than the rest of a post's bookkeeping.
const pool = Buffer.alloc(idBytes * 512);
let used = pool.length;

/** An id as AWS's look, for requests, messages and connections alike: 16 characters, the last of them `=`. */
export function newId(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const id = `${pool.toString('base64url', used, used + idBytes)}=`;
  used += idBytes;
  return id;
}

const idPattern = /^[A-Za-z0-9_-]{15}=$/;

/** Whether a connection id could be one: AWS answers 400 to what could not, and 410 to what is not there. */
export function isWellFormedId(id: string): boolean {
  return idPattern.test(id);
}
