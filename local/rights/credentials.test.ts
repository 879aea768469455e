import { expect, test } from 'vitest';
import { freezer } from '../functions/freezer.ts';
import { keyring } from './credentials.ts';

test('requests with several keys, one after the other, are each known by their own', () => {
  const keys = keyring();
  const issued = Array.from({ length: 10 }, () => keys.issue('Work', freezer()));
  const nameOf = (id: string, token?: string) =>
    keys.named({
      authorization: `AWS4-HMAC-SHA256 Credential=${id}/20260228/x, SignedHeaders=host, Signature=0`,
      ...(token !== undefined && { 'x-amz-security-token': token }),
    })?.credentials.accessKeyId;
  // The first one's id is how the tenth one's begins.
  for (const at of [0, 9, 0, 0, 3, 9]) {
    const { accessKeyId = '', sessionToken } = issued[at] ?? {};
    expect(nameOf(accessKeyId, sessionToken)).toBe(accessKeyId);
    expect(nameOf(accessKeyId)).toBeUndefined();
  }
  expect(nameOf('AKID')).toBe('local');
  expect(keys.named({ authorization: 'Bearer x' })).toBeUndefined();
  expect(keys.named({})).toBeUndefined();
});
