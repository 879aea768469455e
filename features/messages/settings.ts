import * as z from 'zod/mini';
import { count, settingsPart } from '../../core/settings.ts';

/**
 * What one person may send to one recipient by `message.send`. One message of the largest size is always
 * allowed.
 */
export const messageSettings = settingsPart({
  limits: {
    messagesPerMinute: z._default(count(1), 30),
    messageBytesPerMinute: z._default(count(32_000), 300_000),
  },
});
