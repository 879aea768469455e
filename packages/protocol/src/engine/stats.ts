import * as z from 'zod/mini';
import { action, contract, described } from '../contract.ts';

export const statsContract = contract({
  actions: {
    stats: action({
      roles: ['msp', 'admin'],
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
    }),
  },
});
