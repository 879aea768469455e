import type { Handler } from '../call.ts';
import { alertHandlers } from './alerts.ts';
import { connectionHandlers } from './connection.ts';
import { engagementHandlers } from './engagement/engagement.ts';
import { messageHandlers } from './messages.ts';
import { roomHandlers } from './rooms.ts';
import { statsHandlers } from './stats.ts';

/** Every action's behaviour. A feature of your own is one more line here. */
export const handlers: readonly Handler[] = [
  ...connectionHandlers,
  ...engagementHandlers,
  ...alertHandlers,
  ...messageHandlers,
  ...roomHandlers,
  ...statsHandlers,
];
