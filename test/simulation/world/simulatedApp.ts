import { createApp } from '../../../core/api/createApp.ts';
import type { Feature } from '../../../core/feature.ts';
import { channels } from '../../../features/channels/index.ts';
import { features as shipped } from '../../../features/index.ts';
import { emitting } from '../../support/emitting.ts';

/** Events that also go to other services: of a client, of a user's own feed, and several of one commit. */
export const emittedTypes = ['engagement', 'message', 'channel.message'];

/**
 * Of the first kind as in the app that is deployed. The second is for everybody to follow, also as a whole, and for few
 * to publish on; and who follows it is nobody's business.
 */
const twoKinds = channels({
  orders: {
    subscribe: ({ roles, clients }, id) => roles.includes('msp') || clients.includes(id),
    publish: ({ roles, clients }, id) =>
      roles.includes('msp') || roles.includes('service') || clients.includes(id),
    presence: true,
  },
  news: {
    subscribe: () => true,
    publish: ({ roles }) => roles.includes('msp') || roles.includes('service'),
    maxBytes: 4_000,
  },
});

/** The app that is deployed, but for its channels, and with events marked. */
const features: readonly Feature[] = [...shipped.filter(({ name }) => name !== 'channels'), twoKinds];

export const app = createApp(emittedTypes.reduce(emitting, features));
