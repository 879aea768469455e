import { expect, inject, test } from 'vitest';
import { openClient } from '../support/client.ts';
import { newTenant } from '../support/flow.ts';

const { wsUrl, httpUrl } = inject('localStack');
const pages = [
  'http://localhost:3000',
  'http://127.0.0.1:8080',
  'http://localhost:65000',
  'http://localhost',
];

test.each(pages)('on a laptop a page of %s may connect, and use the HTTP API', async (origin) => {
  const tenant = newTenant();
  const token = await tenant.token({ user: 'ann', roles: ['msp'] });
  const client = await openClient(wsUrl, { token, headers: { origin } });
  expect((await client.ask('stats')).type).toBe('ack');
  const may = await fetch(`${httpUrl}/tickets`, {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'POST' },
  });
  expect(may.headers.get('access-control-allow-origin')).toBe(origin);
  expect(may.headers.get('access-control-allow-headers')).toContain('authorization');
  const headers = { origin, authorization: `Bearer ${token}` };
  const answer = await fetch(`${httpUrl}/tickets`, { method: 'POST', headers });
  expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
  const { ticket } = (await answer.json()) as { ticket: string };
  const other = await openClient(wsUrl, { query: `?ticket=${ticket}`, headers: { origin } });
  expect((await other.ask('stats')).type).toBe('ack');
});

test.each(['http://localhost.evil.example:3000', 'http://evil.example:3000', 'https://evil.example', 'null'])(
  'a page of %s may not',
  async (origin) => {
    const token = await newTenant().token({ user: 'ann', roles: ['msp'] });
    await expect(openClient(wsUrl, { token, headers: { origin } })).rejects.toThrow('refused with 403');
    const answer = await fetch(`${httpUrl}/health`, { headers: { origin } });
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  },
);
