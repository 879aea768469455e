import { createTestKit } from 'tidings/testing';
import { expect, test } from 'vitest';
import { features } from '../index.ts';

test('a client’s user opens a ticket, staff assigns and closes it', async () => {
  const kit = createTestKit(features);
  const ada = await kit.connect({ user: 'ada', roles: ['client'], clients: ['acme'] });
  const eve = await kit.connect({ user: 'eve', roles: ['msp'] });
  await ada.subscribe('tickets:acme');
  const { ticketId } = await ada.request('ticket.create', { clientId: 'acme', title: 'No light' });
  await eve.request('ticket.assign', { clientId: 'acme', ticketId, assignee: 'eve' });
  expect((await eve.subscribe('tickets:acme')).snapshot).toEqual({
    open: [{ ticketId, title: 'No light', assignee: 'eve' }],
  });
  await eve.request('ticket.close', { clientId: 'acme', ticketId });
  expect(ada.events('ticket.closed')).toEqual([{ ticketId }]);
  await expect(eve.request('ticket.close', { clientId: 'acme', ticketId })).rejects.toMatchObject({
    code: 'not_found',
  });
});

test('nobody sees the tickets of another client', async () => {
  const kit = createTestKit(features);
  const bob = await kit.connect({ user: 'bob', roles: ['client'], clients: ['globex'] });
  await expect(bob.subscribe('tickets:acme')).rejects.toMatchObject({ code: 'forbidden' });
  await expect(bob.request('ticket.create', { clientId: 'acme', title: 'x' })).rejects.toMatchObject({
    code: 'forbidden',
  });
});
