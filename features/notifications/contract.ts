import {
  action,
  anyObject,
  contract,
  described,
  event,
  id,
  position,
  positionIfAny,
  text,
  userId,
} from '@tidings/protocol';
import * as z from 'zod/mini';

const maxDataLength = 8000;

const sent = {
  kind: text(64, 'What it is about, in a word of your own: a list can be filtered by it.'),
  title: text(200, 'One line.'),
  body: z.optional(text(8000, 'More about it.')),
  data: described(
    z.optional(
      anyObject().check(
        z.refine((data) => JSON.stringify(data).length <= maxDataLength, {
          error: `must be at most ${maxDataLength} characters of JSON`,
        }),
      ),
    ),
    'What a program needs to act on it: where a click leads, say.',
  ),
};

const notificationId = id('The notification.');
const unread = described(z.int().check(z.minimum(0)), 'How many the user has not read, after this.');
const item = {
  id: notificationId,
  ...sent,
  at: described(z.number(), 'When it was sent: milliseconds since 1970, UTC.'),
  read: described(z.boolean(), 'Whether the user has read it.'),
};

export const notificationContract = contract({
  user: z.object({
    unread,
    notifications: described(
      z.array(z.object({ id: item.id, kind: item.kind, title: item.title, at: item.at })),
      'The newest 10; `notification.list` has all of them, and their bodies.',
    ),
  }),
  actions: {
    'notification.send': action({
      roles: ['msp', 'service'],
      payload: z.object({ userId: userId('Whom it is for: a user of the same tenant.'), ...sent }),
      answer: z.object({ id: notificationId, ...position }),
      documentation:
        'Stores a notification for a user and sends it to all devices. The newest 1,000 of a user are kept.',
    }),
    'notification.list': action({
      roles: 'any',
      payload: z.object({
        unread: described(z.optional(z.boolean()), '`true`: only what is not read.'),
        kind: z.optional(sent.kind),
        limit: described(z.optional(z.int().check(z.minimum(1), z.maximum(100))), '50 if absent.'),
        cursor: described(
          z.optional(z.string().check(z.maxLength(64))),
          'From the answer before: the page after it.',
        ),
      }),
      answer: z.object({
        items: described(z.array(z.object(item)), 'The notifications of this page.'),
        unread,
        cursor: described(z.optional(z.string()), 'There are older ones. Absent on the last page.'),
      }),
      documentation:
        'The caller’s own notifications, newest first. A page is at most 30 KB, so it may hold fewer than `limit`.',
    }),
    'notification.read': action({
      roles: 'any',
      payload: z
        .object({
          ids: described(
            z.optional(z.array(z.string().check(z.minLength(1), z.maxLength(64))).check(z.maxLength(1000))),
            'Which; those that are read already, or no longer kept, are passed over.',
          ),
          all: described(z.optional(z.literal(true)), 'All that there are.'),
        })
        .check(
          z.refine(({ ids, all }) => (ids === undefined) !== (all === undefined), {
            error: 'must name either ids or all: true',
          }),
        ),
      answer: z.object({
        ids: described(z.array(z.string()), 'Those that were unread until now.'),
        unread,
        ...positionIfAny,
      }),
      documentation: 'Marks the caller’s own notifications as read, on all devices.',
    }),
  },
  events: {
    notification: event({
      topics: ['user:me'],
      payload: z.object({ ...item, unread }),
      documentation: 'A notification for this user; `from` is who sent it.',
    }),
    'notification.read': event({
      topics: ['user:me'],
      payload: z.object({ ids: described(z.array(z.string()), 'Which were read.'), unread }),
      documentation: 'Notifications of this user were read, on whichever device.',
    }),
  },
  examples: {
    body: 'Your invoice is ready',
    'notification.list.unread': true,
    'notification.kind': 'certificate',
    'notification.data': { open: '/certificates/17' },
    title: 'Your certificate ends on Friday',
    unread: 1,
  },
});
