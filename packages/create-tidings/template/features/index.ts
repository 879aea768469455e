import type { AppOf } from '@tidings/protocol';
import { adminConsole } from 'tidings/features/adminConsole';
import { notifications } from 'tidings/features/notifications';
import { tickets } from './tickets/index.ts';

/** What this app is made of. A feature that is not in the list leaves nothing behind. */
export const features = [notifications, tickets, adminConsole] as const;

/** The app as types, for `createClient<App>`. */
export type App = AppOf<typeof features>;
