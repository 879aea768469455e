import { expect, test } from 'vitest';
import { toHandshake } from './handshake.ts';

test('1.1: a header on several lines is one list, as RFC 9110 has it, whatever the case of its name', () => {
  const { headers } = toHandshake({
    headers: { 'Sec-WebSocket-Protocol': 'bearer.X', 'sec-websocket-protocol': 'chat', Host: 'h' },
    multiValueHeaders: {
      'Sec-WebSocket-Protocol': ['tidings.v1', 'bearer.X'],
      'sec-websocket-protocol': ['chat'],
      Host: ['h'],
    },
  });
  expect(headers).toEqual({ 'sec-websocket-protocol': 'tidings.v1, bearer.X, chat', host: 'h' });
});

test('1.2: two Origins are neither of the two, so that a page cannot hide behind another', () => {
  const { headers } = toHandshake({
    headers: { Origin: 'https://good.example' },
    multiValueHeaders: { Origin: ['https://evil.example', 'https://good.example'] },
  });
  expect(headers.origin).toBe('https://evil.example, https://good.example');
});

test('a handshake without headers and without a query has none', () => {
  expect(toHandshake({ headers: null, queryStringParameters: null })).toEqual({ headers: {}, query: {} });
});
