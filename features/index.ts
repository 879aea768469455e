import type { AppOf } from '@tidings/protocol';
import type { Feature } from '../core/feature.ts';
import { alerts } from './alerts/index.ts';
import { assistant } from './assistant/index.ts';
import { engagementReport } from './engagement/engagementReport.ts';
import { engagement } from './engagement/index.ts';
import { jobs } from './jobs/index.ts';
import { translate } from './jobs/translate.ts';
import { messages } from './messages/index.ts';
import { notifications } from './notifications/index.ts';
import { queue } from './queue/index.ts';
import { rooms } from './rooms/index.ts';

/** What this app is made of. A feature of your own is one more line; one that is left out leaves nothing behind. */
export const features = [
  engagement,
  alerts,
  messages,
  notifications,
  rooms,
  queue,
  jobs([translate, engagementReport]),
  assistant,
] as const satisfies readonly Feature[];

/** What can be asked of this app and what can come from it, as types: for the client library. */
export type App = AppOf<typeof features>;
