import { expect, test } from 'vitest';
import type { Client } from '../support/client.ts';
import type { Tenant } from '../support/flow.ts';
import { ownStack } from '../support/ownStack.ts';

/** How many environments a function has here: each may let two requests pass, and one that it learns of too late. */
const environments = 4;
const { stack, tenant } = ownStack(() => ({ atOnce: environments }));
const staff = { user: 'staff', roles: ['msp'] } as const;
const read = '{"action":"engagement.get","payload":{"clientId":"acme"}}';

/** What of so many requests must be refused: all above a burst, what became free while they were served, and what was not seen. */
const tooMany = (requests: number, sinceMs: number, functions = 1) =>
  requests - 40 - Math.ceil((Date.now() - sinceMs) / 50) - 10 - 3 * environments * functions;
const isRefused = (frame: { payload?: { code?: unknown } }) => frame.payload?.code === 'rate_limited';

async function flood(client: Client, frames: number): Promise<number> {
  const { length } = client.transcript;
  for (let n = 0; n < frames; n++) client.sendText(read);
  await client.until(() => client.transcript.length >= length + frames, `${frames} answers`);
  return client.transcript.slice(length).filter(isRefused).length;
}

test('6: ten connections of a user have one rate, and others have their own', async () => {
  const own = tenant();
  const sockets = await Promise.all(Array.from({ length: 10 }, () => own.connect(staff)));
  const began = Date.now();
  const refused = await Promise.all(sockets.map((socket) => flood(socket, 30)));
  expect(refused.reduce((sum, one) => sum + one, 0)).toBeGreaterThanOrEqual(tooMany(300, began));
  expect((await (await own.staff('another')).ask('stats')).type).toBe('ack');
  expect((await (await tenant().staff('staff')).ask('stats')).type).toBe('ack');
});

test('6: a socket that is opened anew brings no new rate', async () => {
  const own = tenant();
  const began = Date.now();
  let refused = 0;
  for (let n = 0; n < 5; n++) {
    const socket = await own.connect(staff);
    refused += await flood(socket, 40);
    await socket.close();
  }
  expect(refused).toBeGreaterThanOrEqual(tooMany(200, began));
});

const routes = [
  ['POST', '/tickets'],
  ['GET', '/stats'],
  ['POST', '/actions/stats'],
] as const;
const statusesOf = async (own: Tenant, method: string, path: string, requests: number) => {
  const token = await own.token(staff);
  const ask = () => fetch(stack().httpUrl + path, { method, headers: { authorization: `Bearer ${token}` } });
  const answers = await Promise.all(Array.from({ length: requests }, ask));
  await Promise.all(answers.map((answer) => answer.arrayBuffer()));
  return answers.map(({ status }) => status);
};

test.each(routes)('5, 6: %s %s has a user’s rate', async (method, path) => {
  const began = Date.now();
  const statuses = await statusesOf(tenant(), method, path, 150);
  expect(new Set(statuses)).toContain(path === '/tickets' ? 201 : 200);
  expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(tooMany(150, began));
});

test('6: what a user asks for by HTTP counts for the socket: they are two environments of one stage', async () => {
  const own = tenant();
  const socket = await own.connect(staff);
  const began = Date.now();
  const statuses = await statusesOf(own, 'GET', '/stats', 60);
  const refused = (await flood(socket, 60)) + statuses.filter((status) => status === 429).length;
  expect(refused).toBeGreaterThanOrEqual(tooMany(120, began, 2));
});
