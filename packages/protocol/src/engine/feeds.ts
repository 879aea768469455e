import { contract, topic } from '../contract.ts';

/** The feeds that everybody has. What `user:me` shows is made of the features' parts. */
export const feedContract = contract({
  topics: {
    user: topic({
      who: 'its user',
      feedOf: 'everybody',
      documentation:
        'What concerns one user, on all devices. Kept longer than other topics: 7 days by default.',
    }),
    tenant: topic({
      who: 'every user of the tenant',
      feedOf: 'everybody',
      documentation: 'What concerns all users of the tenant.',
    }),
  },
});
