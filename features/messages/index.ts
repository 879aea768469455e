import type { Feature } from '../../core/app.ts';
import { messageHandlers } from './messages.ts';

/** Messages from one user to another. */
export const messages: Feature = { name: 'messages', actions: messageHandlers };
