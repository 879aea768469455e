import { expect, test } from 'vitest';
import type { LogEvent } from '../../topics/log/event.ts';
import { addressText, alertsIn, mayAcknowledge, seenAlerts } from './alertList.ts';

let seq = 0;
const raised = (alertId: string, severity: string, to: object, ts: number): LogEvent => ({
  ...{ key: alertId, type: 'alert', topic: 'msp', epoch: 'e', seq: ++seq, ts },
  payload: { alertId, severity, title: `title of ${alertId}`, body: null, to, raisedBy: 'sam' },
});
const seen = (alertId: string, by: string): LogEvent => ({
  ...{ key: `seen ${alertId}`, type: 'alert.acknowledged', topic: 'msp', epoch: 'e', seq: ++seq, ts: 9 },
  payload: { alertId, by },
});

const events = [
  raised('a', 'info', { msp: true }, 1),
  raised('b', 'critical', { tenant: true }, 2),
  seen('a', 'ria'),
  raised('c', 'warning', { clientId: 'acme' }, 3),
];
const ids = (alerts: readonly { readonly alertId: string }[]) => alerts.map(({ alertId }) => alertId);

test('alerts of all feeds, the newest first, with who has seen them', () => {
  const alerts = alertsIn(events, undefined, 'carla');
  expect(ids(alerts)).toEqual(['c', 'b', 'a']);
  expect(alerts.map(({ acknowledgedBy }) => acknowledgedBy)).toEqual([undefined, undefined, 'ria']);
});

test('an alert of one’s own of which only the state tells is there, and one of both is there once', () => {
  const open = [
    { alertId: 'c', severity: 'warning', title: 'c', at: 3 },
    { alertId: 'old', severity: 'info', title: 'old', at: 0 },
  ] as const;
  const alerts = alertsIn(events, [...open], 'carla');
  expect(ids(alerts)).toEqual(['c', 'b', 'a', 'old']);
  expect(alerts.at(-1)).toMatchObject({ to: { userId: 'carla' } });
  expect(alerts[0]).toMatchObject({ raisedBy: 'sam' });
});

test('an acknowledgement whose alert is not known is no alert', () => {
  expect(alertsIn([seen('x', 'ria')], undefined, undefined)).toEqual([]);
});

test('a filter takes one severity, and what was seen only if it is asked for', () => {
  const alerts = alertsIn(events, undefined, undefined);
  expect(ids(seenAlerts(alerts, { severity: '', isAll: false }))).toEqual(['c', 'b']);
  expect(ids(seenAlerts(alerts, { severity: 'info', isAll: false }))).toEqual([]);
  expect(ids(seenAlerts(alerts, { severity: 'info', isAll: true }))).toEqual(['a']);
});

test('an alert to everybody is acknowledged by the staff or an admin, any other by whom it is for', () => {
  expect(mayAcknowledge({ to: { tenant: true } }, ['client'])).toBe(false);
  expect(mayAcknowledge({ to: { tenant: true } }, ['admin'])).toBe(true);
  expect(mayAcknowledge({ to: { userId: 'carla' } }, ['client'])).toBe(true);
  expect(
    [{ tenant: true as const }, { msp: true as const }, { clientId: 'acme' }, { userId: 'ada' }].map(
      addressText,
    ),
  ).toEqual(['everybody', 'the staff', 'client acme', 'ada']);
});
