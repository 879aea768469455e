import { createTestKit } from 'tidings/testing';
import { expect, test } from 'vitest';
import { features } from '../index.ts';

test('a client’s user opens a ticket, which staff assigns and closes, and no other client sees', async () => {
  const kit = createTestKit(features);
  const ada = await kit.connect({ user: 'ada', roles: ['client'], clients: ['acme'] });
  const eve = await kit.connect({ user: 'eve', roles: ['msp'] });
  await eve.subscribe('tickets:acme');
  const { ticketId } = await ada.request('ticket.create', { clientId: 'acme', title: 'No light' });
  await eve.request('ticket.assign', { clientId: 'acme', ticketId, assignee: 'eve' });
  const open = [{ ticketId, title: 'No light', assignee: 'eve' }];
  expect(await ada.subscribe('tickets:acme')).toMatchObject({ snapshot: { open } });
  await eve.request('ticket.close', { clientId: 'acme', ticketId });
  expect(eve.events('ticket.closed')).toMatchObject([{ ticketId }]);
  const bob = await kit.connect({ user: 'bob', roles: ['client'], clients: ['globex'] });
  await expect(bob.subscribe('tickets:acme')).rejects.toMatchObject({ code: 'forbidden' });
});
