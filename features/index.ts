import type { AppOf } from '@tidings/protocol';
import type { Feature } from '../core/feature.ts';
import { adminConsole } from './adminConsole/index.ts';
import { alerts } from './alerts/index.ts';
import { assistant } from './assistant/index.ts';
import { channels } from './channels/index.ts';
import { engagement, engagementReport } from './engagement/index.ts';
import { jobs, translate } from './jobs/index.ts';
import { messages } from './messages/index.ts';
import { notifications } from './notifications/index.ts';
import { queue } from './queue/index.ts';
import { rooms } from './rooms/index.ts';

/**
 * The features of this app. One that has options is a function of them. Add a feature of your own as one more
 * entry. Removing one leaves nothing behind.
 */
export const features = [
  engagement,
  alerts,
  messages,
  notifications,
  rooms({ maySubscribe: () => true, who: 'anyone of the tenant' }),
  queue(),
  channels({
    orders: {
      subscribe: ({ roles, clients }, id) => roles.includes('msp') || clients.includes(id),
      who: 'msp, and the users of the client that it is named after',
      publish: ({ roles, clients }, id) =>
        roles.includes('msp') || roles.includes('service') || clients.includes(id),
      mayPublish: 'who may subscribe, and service',
      presence: true,
      documentation: 'What becomes of a client’s orders, in whatever form the app has them.',
    },
  }),
  jobs({ kinds: [translate, engagementReport] }),
  assistant,
  adminConsole,
] as const satisfies readonly Feature[];

/** The app's actions and events as types, for the client library. */
export type App = AppOf<typeof features>;
