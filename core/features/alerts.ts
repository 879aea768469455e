import { type Payload, ProtocolError, type Topic } from '@tidings/protocol';
import { type Handler, on, publish } from '../call.ts';
import type { Change } from '../commit.ts';
import { keys } from '../keys.ts';
import type { Condition, Row, Value } from '../ports.ts';
import { shownUser } from '../principal.ts';
import { maySubscribe } from '../topicKinds.ts';

type Address = Payload<'alert.raise'>['to'];

const keptSeconds = 90 * 24 * 3600;

/** Alerts: raised to one feed, stored, and acknowledged by whom they were addressed to. */
export const alertHandlers: readonly Handler[] = [
  on('alert.raise', (call) => {
    const { runtime, principal, payload } = call;
    const { to, severity, title, body = null, dedupeKey } = payload;
    const { tenant } = principal;
    const userId = shownUser(principal.userId);
    const alertId = runtime.random.id();
    const feed = feedOf(to);
    const now = runtime.clock.now();
    const stored = { to, severity, title, body, raisedBy: userId, at: now };
    const ttl = Math.ceil(now / 1000) + keptSeconds;
    const dedupe = dedupeKey !== undefined && keys.alertDedupe(tenant, feed, dedupeKey);
    const isFree: Condition = {
      is: 'any',
      of: [{ is: 'absent' }, { is: 'below', attribute: 'ttl', value: now / 1000 }],
    };
    const change: Change<Topic> = {
      topic: feed,
      rows: dedupe ? [dedupe] : [],
      decide: (state, [open]) => {
        if (open && (open.ttl as number) * 1000 > now)
          return { unchanged: { alertId: open.alertId, already: true } };
        return {
          event: { type: 'alert', payload: { alertId, severity, title, body, to, raisedBy: userId } },
          state,
          answer: { alertId },
          writes: [
            {
              put: {
                ...keys.alert(tenant, alertId),
                ...stored,
                ttl,
                ...(dedupe && { dedupe: { ...dedupe } }),
              },
            },
            ...(dedupe ? [{ put: { ...dedupe, alertId, ttl }, if: isFree } as const] : []),
          ],
        };
      },
    };
    return publish(call, change);
  }),

  on('alert.acknowledge', async (call) => {
    const { runtime, principal } = call;
    const { alertId } = call.payload;
    const { tenant } = principal;
    const userId = shownUser(principal.userId);
    const key = keys.alert(tenant, alertId);
    const alert = await runtime.table.get(key);
    // Who may not see an alert is not told that it exists.
    if (!alert || !maySubscribe(principal, feedOf(addressOf(alert)))) {
      throw new ProtocolError('not_found', 'there is no such alert of yours');
    }
    const now = runtime.clock.now();
    const change: Change<Topic> = {
      topic: feedOf(addressOf(alert)),
      rows: [key],
      decide: (state, [current]) => {
        if (current?.acknowledgedBy) return { unchanged: { alertId, already: true } };
        const acknowledged = { acknowledgedBy: userId, acknowledgedAt: now } satisfies Record<string, Value>;
        const dedupe = alert.dedupe as { pk: string; sk: string } | undefined;
        return {
          event: { type: 'alert.acknowledged', payload: { alertId, by: userId } },
          state,
          answer: { alertId },
          writes: [
            { update: key, set: acknowledged, if: { is: 'present' } },
            ...(dedupe ? [{ delete: dedupe } as const] : []),
          ],
        };
      },
    };
    return publish(call, change);
  }),
];

function feedOf(to: Address): Topic {
  if ('tenant' in to) return { kind: 'tenant' };
  if ('msp' in to) return { kind: 'msp' };
  return 'clientId' in to ? { kind: 'client', id: to.clientId } : { kind: 'user', id: to.userId };
}

const addressOf = (alert: Row) => alert.to as unknown as Address;
