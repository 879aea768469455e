import { notifications } from 'tidings/features/notifications/client';
import { tickets } from './tickets/client.ts';

/** What a page loads of the features. */
export const clientFeatures = [notifications, tickets];
