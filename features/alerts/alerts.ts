import { type PayloadOf, ProtocolError } from '@tidings/protocol';
import type { Actions, CallOf, EventOf } from '../../core/call.ts';
import { publish } from '../../core/delivery/publish.ts';
import { tenantFeed, userFeed } from '../../core/feeds.ts';
import { invalidField } from '../../core/invalidField.ts';
import type { Change } from '../../core/log/change.ts';
import type { Condition, Key, Write } from '../../core/ports.ts';
import { type Principal, shownUser } from '../../core/principal.ts';
import { codec } from '../../core/rows.ts';
import { maySubscribe, type Topic } from '../../core/topics.ts';
import type { alertContract } from './contract.ts';
import { alertKey, dedupeRow } from './keys.ts';
import { type AlertState, alertKeptMs, type OpenAlert, withAlert, withoutAlert } from './openAlerts.ts';

type AlertEvent = EventOf<typeof alertContract>;
type RaisePayload = PayloadOf<(typeof alertContract)['actions']['alert.raise']>;
type Address = RaisePayload['to'];

/** Alerts: raised to one feed, stored, and acknowledged by whom they were addressed to. */
export const alertActions: Actions<typeof alertContract> = {
  'alert.raise': (call) => {
    const raised = toRaised(call);
    const { alertId, feed, dedupe, severity, title } = raised;
    const change: Change<unknown, AlertEvent> = {
      topic: feed,
      rows: dedupe ? [dedupe] : [],
      decide: (state, [open], now) => {
        const raisedBefore = open && dedupeCodec.fromRow(open);
        if (raisedBefore && raisedBefore.ttl * 1000 > now)
          return { unchanged: { alertId: raisedBefore.alertId, already: true } };
        const { body, to, raisedBy } = raised;
        return {
          event: { type: 'alert', payload: { alertId, severity, title, body, to, raisedBy } },
          state: ofUser(feed, state, (open) => withAlert(open, [alertId, severity, title, now])),
          answer: { alertId },
          writes: raiseWrites(call.principal.tenant, raised, now),
        };
      },
    };
    return publish(call, change);
  },

  'alert.acknowledge': async (call) => {
    const { runtime, principal } = call;
    const { alertId } = call.payload;
    const { tenant } = principal;
    const userId = shownUser(principal.userId);
    const key = alertKey(tenant, alertId);
    const row = await runtime.table.get(key);
    const alert = row && alertCodec.fromRow(row);
    const feed = alert && feedOf(alert.to);
    // Without the right to see an alert, a user does not learn that it exists.
    if (!feed || !maySubscribe(runtime.app, principal, feed)) {
      throw new ProtocolError('not_found', 'there is no such alert of yours');
    }
    requireStaffFor(feed, principal);
    const change: Change<unknown, AlertEvent> = {
      topic: feed,
      rows: [key],
      decide: (state, [current], now) => {
        if (current && alertCodec.fromRow(current).acknowledgedBy)
          return { unchanged: { alertId, already: true } };
        const acknowledged = { acknowledgedBy: userId, acknowledgedAt: now } satisfies Partial<AlertRow>;
        const { dedupe } = alert;
        return {
          event: { type: 'alert.acknowledged', payload: { alertId, by: userId } },
          state: ofUser(feed, state, (open) => withoutAlert(open, alertId)),
          answer: { alertId },
          writes: [
            { update: key, set: acknowledged, if: { is: 'present' } },
            ...(dedupe ? [{ delete: dedupe } as const] : []),
          ],
        };
      },
    };
    return publish(call, change);
  },
};

/** An alert as it is stored. */
interface AlertRow {
  readonly to: Address;
  readonly severity: RaisePayload['severity'];
  readonly title: string;
  readonly body: string | null;
  readonly raisedBy: string;
  readonly at: number;
  readonly ttl: number;
  readonly acknowledgedBy?: string;
  readonly acknowledgedAt?: number;
  /** The row that keeps it from being raised twice. */
  readonly dedupe?: Key;
}
const alertCodec = codec<AlertRow>();

interface DedupeRow {
  readonly alertId: string;
  readonly ttl: number;
}
const dedupeCodec = codec<DedupeRow>();

/** An alert that is to be raised. */
interface Raised {
  readonly alertId: string;
  readonly feed: Topic;
  readonly to: Address;
  readonly severity: RaisePayload['severity'];
  readonly title: string;
  readonly body: string | null;
  readonly raisedBy: string;
  /** The row that keeps it from being raised twice. */
  readonly dedupe?: Key;
}

function toRaised({ runtime, principal, payload }: CallOf<typeof alertContract, 'alert.raise'>): Raised {
  const { to, severity, title, body = null, dedupeKey } = payload;
  const feed = feedOf(to);
  if (!runtime.app.kinds.has(feed.kind)) throw invalidField('payload.to', 'names a feed that is not here');
  return {
    alertId: runtime.random.id(),
    feed,
    to,
    severity,
    title,
    body,
    raisedBy: shownUser(principal.userId),
    ...(dedupeKey !== undefined && { dedupe: dedupeRow(principal.tenant, feed, dedupeKey) }),
  };
}

/** The alert itself, and what keeps it from being raised twice. */
function raiseWrites(tenant: string, raised: Raised, now: number): readonly Write[] {
  const { alertId, to, severity, title, body, raisedBy, dedupe } = raised;
  const ttl = Math.ceil((now + alertKeptMs) / 1000);
  const isFree: Condition = {
    is: 'any',
    of: [{ is: 'absent' }, { is: 'below', attribute: 'ttl', value: now / 1000 }],
  };
  return [
    {
      put: alertCodec.toRow(alertKey(tenant, alertId), {
        ...{ to, severity, title, body, raisedBy, ttl },
        at: now,
        ...(dedupe && { dedupe: { pk: dedupe.pk, sk: dedupe.sk } }),
      }),
    },
    ...(dedupe ? [{ put: dedupeCodec.toRow(dedupe, { alertId, ttl }), if: isFree } as const] : []),
  ];
}

function feedOf(to: Address): Topic {
  if ('tenant' in to) return tenantFeed.of();
  if ('msp' in to) return { kind: 'msp' };
  return 'clientId' in to ? { kind: 'client', id: to.clientId } : userFeed(to.userId);
}

/** An acknowledged alert is gone for everybody, so only staff may acknowledge one to the whole tenant. */
function requireStaffFor(feed: Topic, { roles }: Principal): void {
  if (feed.kind !== 'tenant' || roles.includes('msp') || roles.includes('admin')) return;
  throw new ProtocolError('forbidden', 'an alert to everybody is acknowledged by msp or admin');
}

/** A user's feed stores which of its alerts are open. The other feeds have no state. */
function ofUser(
  feed: Topic,
  state: unknown,
  change: (open: AlertState['alerts']) => readonly OpenAlert[],
): unknown {
  if (feed.kind !== 'user') return state;
  const before = state as AlertState;
  return { ...before, alerts: change(before.alerts) };
}
