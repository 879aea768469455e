import type { Key, Write } from '../core/ports.ts';

/** The key of the row that a write is about. */
export function writeKey(write: Write): Key {
  if ('put' in write) return { pk: write.put.pk, sk: write.put.sk };
  const key = 'update' in write ? write.update : 'delete' in write ? write.delete : write.check;
  return { pk: key.pk, sk: key.sk };
}
