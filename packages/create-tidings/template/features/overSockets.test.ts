import { createClient } from '@tidings/client';
import { type LocalStack, startTestStack } from 'tidings/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { clientFeatures } from './clients.ts';
import type { App } from './index.ts';

let stack: LocalStack;
beforeAll(async () => {
  stack = await startTestStack({ root: process.cwd() });
}, 120_000);
afterAll(() => stack.stop());

/** A client as a page has one, over a real socket. */
const connect = (user: string, roles: string[], clients: string[] = []) =>
  createClient<App>({
    url: stack.wsUrl,
    getToken: () => stack.token({ user, tenant: 'acme-msp', roles, clients }),
    WebSocket,
    features: clientFeatures,
  });

test('staff sees a ticket that a client’s user opens', { timeout: 120_000 }, async () => {
  const ada = connect('ada', ['client'], ['acme']);
  const eve = connect('eve', ['msp']);
  const tickets = eve.topic('tickets', 'acme');
  const seen = new Promise((resolve) =>
    tickets.on('ticket.changed', ({ payload }) => resolve(payload.title)),
  );
  await tickets.joined();
  const { ticketId } = await ada.request('ticket.create', { clientId: 'acme', title: 'No light' });
  expect(await seen).toBe('No light');
  expect(tickets.snapshot).toEqual({ open: [{ ticketId, title: 'No light' }] });
  ada.close();
  eve.close();
});
