import { expect, test } from 'vitest';
import { TidingsError } from '../base/tidingsError.ts';
import { reconnectPolicy } from './reconnectPolicy.ts';
import type { SocketEnd } from './socket.ts';

const disconnect = (
  reconnect: 'now' | 'backoff' | 'refresh' | 'never',
  retryAfterMs?: number,
): SocketEnd => ({
  reason: 'the server asked',
  disconnect: {
    code: 4503,
    reason: 'the server asked',
    reconnect,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  },
});
const unwelcome = (code: string, retryAfterMs?: number): SocketEnd => ({
  reason: code,
  error: new TidingsError(code, code, { retryAfterMs }),
});
const lost: SocketEnd = { reason: 'lost' };
const refused: SocketEnd = { reason: 'refused', isRefused: true };
const open = { attempt: 0, wasReady: true, renewed: false, random: 1 };
const failing = { attempt: 3, wasReady: false, renewed: true, random: 1 };
const retry = (delayMs: number, minMs = 0, newToken = false) => ({
  delayMs,
  minMs,
  newToken,
});

test.each([
  ['now: at once', disconnect('now'), open, retry(0)],
  ['now, once more: with backoff', disconnect('now'), { ...open, attempt: 1 }, retry(2_000)],
  [
    'refresh, once more: so too, with another token',
    disconnect('refresh'),
    { ...open, attempt: 2 },
    retry(4_000, 0, true),
  ],
  ['now, after a while: then', disconnect('now', 700), open, retry(700, 700)],
  ['now, to one that was never open: with backoff', disconnect('now'), failing, retry(8_000)],
  ['refresh: at once with another token', disconnect('refresh'), open, retry(0, 0, true)],
  ['backoff: what is asked, and the backoff', disconnect('backoff', 5_000), open, retry(6_000, 5_000)],
  ['never: not at all', disconnect('never'), open, { stopCode: 4503 }],
  ['a version that is not spoken: not at all', unwelcome('unsupported_version'), open, { stopCode: 4406 }],
  ['an expired token: another one', unwelcome('token_expired'), open, retry(1_000, 0, true)],
  ['a rate limit: what is asked, and the backoff', unwelcome('rate_limited', 300), open, retry(1_300, 300)],
  ['a lost connection: with backoff and the same token', lost, failing, retry(8_000)],
  [
    'a refused handshake: once with another token',
    refused,
    { ...failing, renewed: false },
    retry(8_000, 0, true),
  ],
  ['a handshake refused with a new token: without', refused, failing, retry(8_000)],
])('%s', (_, end, situation, expected) => {
  expect(reconnectPolicy(end, situation)).toEqual(expected);
});
