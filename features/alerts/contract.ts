import { action, contract, described, event, id, name, positionIfAny, text, userId } from '@tidings/protocol';
import * as z from 'zod/mini';

const to = described(
  z.union(
    [
      z.strictObject({ tenant: z.literal(true) }),
      z.strictObject({ msp: z.literal(true) }),
      z.strictObject({ clientId: id('The users of one client.') }),
      z.strictObject({ userId: userId('One user.') }),
    ],
    { error: 'must be exactly one of {tenant: true}, {msp: true}, {clientId} and {userId}' },
  ),
  'Whom the alert addresses.',
);

const alert = {
  alertId: id('The alert.'),
  severity: described(z.enum(['info', 'warning', 'critical']), 'How bad it is.'),
  title: text(200, 'One line.'),
  to,
};

/** What the own feed shows of an alert to its user. */
const shown = z.object({
  alertId: alert.alertId,
  severity: alert.severity,
  title: alert.title,
  at: described(z.number(), 'When it was raised: milliseconds since 1970.'),
});

export const alertContract = contract({
  user: z.object({
    alerts: described(
      z.array(shown),
      'The last 10 alerts to this user that nobody acknowledged, newest first.',
    ),
  }),
  actions: {
    'alert.raise': action({
      roles: ['msp', 'service'],
      payload: z.object({
        to,
        severity: alert.severity,
        title: alert.title,
        body: z.optional(text(8000, 'More about it.')),
        dedupeKey: z.optional(
          name(
            1000,
            'While an alert to the same address with this key is not acknowledged, it is not raised again.',
          ),
        ),
      }),
      answer: z.object({
        alertId: alert.alertId,
        ...positionIfAny,
        already: described(
          z.optional(z.literal(true)),
          'An alert with this `dedupeKey` is open; nothing was raised.',
        ),
      }),
      documentation: 'Stores an alert and sends it to the one feed that it addresses.',
    }),
    'alert.acknowledge': action({
      roles: 'any',
      payload: z.object({ alertId: alert.alertId }),
      answer: z.object({
        alertId: alert.alertId,
        ...positionIfAny,
        already: described(z.optional(z.literal(true)), 'It was acknowledged before; nothing changed.'),
      }),
      documentation:
        'Marks an alert as seen. Whom it was addressed to may do so, and msp or admin where that is the whole tenant; the second time is a no-op.',
    }),
  },
  events: {
    alert: event({
      topics: ['tenant', 'msp', 'client:<id>', 'user:me'],
      payload: z.object({
        ...alert,
        body: described(z.nullable(z.string()), 'More about it.'),
        raisedBy: userId('Who raised it.'),
      }),
      documentation: 'An alert was raised.',
    }),
    'alert.acknowledged': event({
      topics: ['tenant', 'msp', 'client:<id>', 'user:me'],
      payload: z.object({ alertId: alert.alertId, by: userId('Who acknowledged it.') }),
      documentation: 'An alert was acknowledged, on the feed that it was raised on.',
    }),
  },
  examples: {
    body: 'Your invoice is ready',
    clientId: 'acme',
    by: 'sam',
    dedupeKey: 'certificate-acme',
    raisedBy: 'sam',
    'subscribe.events': [
      {
        type: 'alert.acknowledged',
        topic: 'client:acme',
        epoch: 'e5k2m9',
        seq: 7,
        id: 'f3a81c',
        from: 'carla',
        ts: 1_767_254_400_000,
        payload: { alertId: 'alert-1', by: 'carla' },
      },
    ],
    title: 'Your certificate ends on Friday',
  },
});
