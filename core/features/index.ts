import type { Handler } from '../api/call.ts';
import { alertHandlers } from './alerts.ts';
import { assistantHandlers } from './assistant/assistant.ts';
import { connectionHandlers } from './connection.ts';
import { engagementHandlers } from './engagement/engagement.ts';
import { jobHandlers } from './jobs/jobs.ts';
import { messageHandlers } from './messages.ts';
import { notificationHandlers } from './notifications/notifications.ts';
import { queueHandlers } from './queue/queue.ts';
import { revokeHandlers } from './revoke.ts';
import { roomHandlers } from './rooms.ts';
import { statsHandlers } from './stats.ts';

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
