import type { Feature } from '../../core/app.ts';
import type { UserSlice } from '../../core/feeds.ts';
import { alertHandlers } from './alerts.ts';
import { type AlertState, shownAlerts } from './openAlerts.ts';

const user: UserSlice<AlertState> = {
  initial: {},
  snapshot: ({ alerts }, now) => ({ alerts: shownAlerts(alerts, now) }),
  isKept: ({ alerts }) => alerts !== undefined,
};

/** Alerts, to everybody or to one, until somebody acknowledges them. */
export const alerts: Feature = { name: 'alerts', actions: alertHandlers, user };
