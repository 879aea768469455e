import { type ClientFeature, listOf, type UserSnapshot } from '@tidings/client';

type Alert = UserSnapshot['alerts'][number];

interface AlertEvent {
  readonly type: string;
  readonly payload: Alert;
  readonly ts?: number;
}

/** As the server shows it: the last ten that nobody acknowledged. */
function foldUser(snapshot: UserSnapshot, { type, payload, ts = 0 }: AlertEvent): UserSnapshot {
  const { alertId, severity, title } = payload;
  const alerts = listOf<Alert>(snapshot.alerts);
  if (type === 'alert') {
    return { ...snapshot, alerts: [{ alertId, severity, title, at: ts }, ...alerts.slice(0, 9)] };
  }
  if (type !== 'alert.acknowledged') return snapshot;
  return { ...snapshot, alerts: alerts.filter((one) => one.alertId !== alertId) };
}

/** The alerts to the user, in the state of the user's own feed. */
export const alerts: ClientFeature = { topics: { user: { fold: foldUser } } };
