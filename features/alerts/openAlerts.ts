/** How long an alert is stored, and can be acknowledged. */
export const alertKeptMs = 90 * 24 * 3_600_000;

/** What a snapshot shows of an alert, as the head of a user's feed holds it. */
export type OpenAlert = readonly [alertId: string, severity: string, title: string, at: number];

/** What it keeps in a user's own feed. */
export interface AlertState {
  /** The alerts to this user that nobody acknowledged, newest first. */
  readonly alerts?: readonly OpenAlert[];
}

/** As many as the snapshot shows. */
const maxShown = 10;
/**
 * Every commit writes the whole head, so this is the limit. When an alert is acknowledged, an older one is
 * shown.
 */
const maxKept = 30;

/** The user's open alerts after one more, newest first. */
export function withAlert(open: readonly OpenAlert[] | undefined, alert: OpenAlert): readonly OpenAlert[] {
  return [alert, ...(open ?? [])].filter(isKept(alert[3])).slice(0, maxKept);
}

/** The same after one was acknowledged. */
export function withoutAlert(
  open: readonly OpenAlert[] | undefined,
  acknowledgedId: string,
): readonly OpenAlert[] {
  return (open ?? []).filter(([alertId]) => alertId !== acknowledgedId);
}

/** The alerts that are shown. One that is no longer stored cannot be acknowledged, so it is left out. */
export function shownAlerts(open: readonly OpenAlert[] | undefined, now: number): readonly object[] {
  const shown = (open ?? []).filter(isKept(now)).slice(0, maxShown);
  return shown.map(([alertId, severity, title, at]) => ({ alertId, severity, title, at }));
}

const isKept =
  (now: number) =>
  ([, , , at]: OpenAlert): boolean =>
    now - at < alertKeptMs;
