import * as z from 'zod/mini';
import { action, described } from '../contract.ts';

export const stats = action({
  name: 'stats',
  group: 'domain',
  roles: ['msp', 'admin'],
  topic: 'none',
  payload: z.object({}),
  answer: z.object({
    connections: described(z.int(), 'Open connections of the tenant.'),
    users: described(z.int(), 'Different users among them.'),
    byRole: described(
      z.record(z.string(), z.int()),
      'Connections that hold each role; one that holds two counts for both.',
    ),
  }),
  documentation:
    'Counts the tenant’s connections from what is stored, never from a counter that could drift.',
});
