import { expect, test } from 'vitest';
import { isSameRequest, requestHashes } from './request.ts';

const request = (payload: object) => ({
  principal: { tenant: 't', userId: 'u', roles: [], clients: [], expiresAt: 0, issuedAt: 0 },
  ref: 'r',
  ...requestHashes('notification.send', undefined, payload),
});

test('2.3: the order of fields makes no other request, a list in place of an object does', () => {
  const { hash } = request({ data: { k: { a: 1, b: 2 } } });
  expect(isSameRequest(request({ data: { k: { b: 2, a: 1 } } }), hash)).toBe(true);
  expect(
    isSameRequest(
      request({
        data: {
          k: [
            ['a', 1],
            ['b', 2],
          ],
        },
      }),
      hash,
    ),
  ).toBe(false);
});

test('a hash that the release before remembered still counts', () => {
  // Made with that release: notification.send, no topic, {"data":{"k":{"b":[1],"a":"x"}}}.
  const remembered = 'CQZLRPBAgrMbg3SJyWa8eJAfh9Cgl9GNUq3JDxNTlaw';
  expect(isSameRequest(request({ data: { k: { a: 'x', b: [1] } } }), remembered)).toBe(true);
  expect(isSameRequest(request({ data: { k: { a: 'x', b: [2] } } }), remembered)).toBe(false);
});
