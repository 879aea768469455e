import type { ClientFeature } from '@tidings/client';
import { alerts } from './alerts/client.ts';
import { assistant } from './assistant/client.ts';
import { engagement } from './engagement/client.ts';
import { notifications } from './notifications/client.ts';
import { queue } from './queue/client.ts';
import { rooms } from './rooms/client.ts';

/** What this app's features ask of their clients. Jobs and messages ask nothing: their events change no state. */
export const clientFeatures: readonly ClientFeature[] = [
  engagement,
  alerts,
  notifications,
  rooms,
  queue,
  assistant,
];
