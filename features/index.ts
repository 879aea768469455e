import type { Handler } from '../core/api/call.ts';
import { connectionHandlers } from '../core/api/connectionActions.ts';
import { revokeHandlers } from '../core/api/revoke.ts';
import { statsHandlers } from '../core/api/stats.ts';
import { alertHandlers } from './alerts/alerts.ts';
import { assistantHandlers } from './assistant/assistant.ts';
import { engagementHandlers } from './engagement/engagement.ts';
import { jobHandlers } from './jobs/jobs.ts';
import { messageHandlers } from './messages/messages.ts';
import { notificationHandlers } from './notifications/notifications.ts';
import { queueHandlers } from './queue/queue.ts';
import { roomHandlers } from './rooms/rooms.ts';

/** Every action's behaviour. A feature of your own is one more line here. */
export const handlers: readonly Handler[] = [
  ...connectionHandlers,
  ...engagementHandlers,
  ...alertHandlers,
  ...messageHandlers,
  ...notificationHandlers,
  ...roomHandlers,
  ...queueHandlers,
  ...statsHandlers,
  ...revokeHandlers,
  ...jobHandlers,
  ...assistantHandlers,
];
