import type { Status } from '@tidings/client';
import { expect, test } from 'vitest';
import { createValue } from '../base/value.ts';
import { logStatus } from './statusLog.ts';

test('each change is written down with its time, the newest first, and no more than a hundred', () => {
  let nowMs = 0;
  const status = createValue<Status>({ state: 'idle', attempt: 0 });
  const steps = logStatus(status, () => nowMs);
  nowMs = 5;
  status.set({ state: 'connecting', attempt: 0 });
  expect(steps.getSnapshot().map(({ number, at, status: { state } }) => [number, at, state])).toEqual([
    [2, 5, 'connecting'],
    [1, 0, 'idle'],
  ]);
  status.set({ state: 'connecting', attempt: 0 });
  expect(steps.getSnapshot()).toHaveLength(2);
  for (let attempt = 1; attempt <= 200; attempt++) status.set({ state: 'waiting', attempt });
  expect(steps.getSnapshot()).toHaveLength(100);
  expect(steps.getSnapshot()[0]?.number).toBe(202);
});
