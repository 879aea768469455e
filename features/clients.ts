import type { ClientFeature } from '@tidings/client';
import { alerts } from './alerts/client.ts';
import { assistant } from './assistant/client.ts';
import { engagement } from './engagement/client.ts';
import { notifications } from './notifications/client.ts';
import { queue } from './queue/client.ts';
import { rooms } from './rooms/client.ts';

/**
 * The client's part of this app's features. Jobs and messages need none, as their events change no state. A page that
 * follows all channels of a kind as one, or begins with their last messages, adds `channels` of `channels/client.ts`.
 */
export const clientFeatures: readonly ClientFeature[] = [
  engagement,
  alerts,
  notifications,
  rooms,
  queue,
  assistant,
];
