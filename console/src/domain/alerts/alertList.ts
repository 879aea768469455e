import type { TidingsContract, UserSnapshot } from '@tidings/client';
import type { LogEvent } from '../../topics/log/event.ts';

type Raised = TidingsContract['events']['alert'];
export type Address = Raised['to'];
export type Severity = Raised['severity'];

/** The worst first. */
export const severities = ['critical', 'warning', 'info'] as const satisfies readonly Severity[];

/** An alert as the page shows it. */
export interface AlertView {
  readonly alertId: string;
  readonly severity: Severity;
  readonly title: string;
  readonly body: string | null;
  readonly to: Address;
  readonly at: number;
  readonly raisedBy?: string;
  /** Who has seen it; absent while nobody has. */
  readonly acknowledgedBy?: string;
}

/**
 * The alerts of several feeds, the newest first. The feed of a user also has a state, which names those that are open
 * although their events are no longer kept.
 */
export function alertsIn(
  events: readonly LogEvent[],
  open: UserSnapshot['alerts'] | undefined,
  userId: string | undefined,
): AlertView[] {
  const alerts = new Map<string, AlertView>();
  for (const { alertId, severity, title, at } of open ?? []) {
    alerts.set(alertId, { alertId, severity, title, at, body: null, to: { userId: userId ?? '' } });
  }
  const acknowledged = new Map<string, string>();
  for (const { type, ts = 0, payload } of events) {
    if (type === 'alert') {
      const { alertId, severity, title, body = null, to, raisedBy } = payload as Raised;
      alerts.set(alertId, { alertId, severity, title, body, to, raisedBy, at: ts });
    }
    if (type === 'alert.acknowledged') {
      const { alertId, by } = payload as TidingsContract['events']['alert.acknowledged'];
      acknowledged.set(alertId, by);
    }
  }
  return [...alerts.values()]
    .map((alert) => {
      const by = acknowledged.get(alert.alertId);
      return by === undefined ? alert : { ...alert, acknowledgedBy: by };
    })
    .toSorted((one, other) => other.at - one.at);
}

export interface AlertFilter {
  readonly severity: Severity | '';
  /** Those too that somebody has acknowledged. */
  readonly isAll: boolean;
}

export const seenAlerts = (alerts: readonly AlertView[], { severity, isAll }: AlertFilter): AlertView[] =>
  alerts.filter(
    (one) => (severity === '' || one.severity === severity) && (isAll || one.acknowledgedBy === undefined),
  );

export function addressText(to: Address): string {
  if ('tenant' in to) return 'everybody';
  if ('msp' in to) return 'the staff';
  return 'clientId' in to ? `client ${to.clientId}` : to.userId;
}

/** Those whom it was for; of an alert to everybody the staff alone, as it is gone for all then. */
export const mayAcknowledge = ({ to }: Pick<AlertView, 'to'>, roles: readonly string[]): boolean =>
  !('tenant' in to) || roles.includes('msp') || roles.includes('admin');
