import { type Feature, feature } from '../../core/feature.ts';
import type { UserSlice } from '../../core/feeds.ts';
import { alertActions } from './alerts.ts';
import { alertContract } from './contract.ts';
import { type AlertState, shownAlerts } from './openAlerts.ts';

const user: UserSlice<AlertState> = {
  initial: {},
  snapshot: ({ alerts }, now) => ({ alerts: shownAlerts(alerts, now) }),
  isKept: ({ alerts }) => alerts !== undefined,
};

/** Alerts, to everybody or to one, until somebody acknowledges them. */
export const alerts: Feature<typeof alertContract> = feature({
  name: 'alerts',
  contract: alertContract,
  actions: alertActions,
  user,
});
