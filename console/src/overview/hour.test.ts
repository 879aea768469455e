import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Metrics, type Step, watchHour } from './hour.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const step = (at: number) => ({ at }) as Step;
const metrics = (now: number, ...steps: number[]): Metrics => ({
  stepMs: 5_000,
  steps: steps.map(step),
  current: step(now),
});

test('what is known is not asked for again, and stays for an hour', async () => {
  const answers = [metrics(20_000, 10_000, 15_000), metrics(25_000, 15_000, 20_000), metrics(3_612_000)];
  const ask = vi.fn(async (_since: number) => answers.shift() ?? metrics(0));
  const hour = watchHour(ask, 2_500);
  hour.start();
  await vi.advanceTimersByTimeAsync(0);
  expect(hour.getSnapshot().steps).toEqual([step(10_000), step(15_000)]);
  await vi.advanceTimersByTimeAsync(2_500);
  expect(hour.getSnapshot()).toMatchObject({
    steps: [10_000, 15_000, 20_000].map(step),
    current: step(25_000),
  });
  await vi.advanceTimersByTimeAsync(2_500);
  expect(hour.getSnapshot().steps).toEqual([15_000, 20_000].map(step));
  expect(ask.mock.calls.map(([since]) => since)).toEqual([0, 15_000, 20_000]);
  hour.stop();
});

test('a stack that is away changes nothing of what is known, is asked again, and says why until then', async () => {
  const ask = vi
    .fn<(since: number) => Promise<Metrics>>()
    .mockResolvedValueOnce(metrics(20_000, 15_000))
    .mockRejectedValueOnce(new Error('it is away'))
    .mockResolvedValueOnce(metrics(25_000, 20_000));
  const hour = watchHour(ask, 2_500);
  hour.start();
  await vi.advanceTimersByTimeAsync(2_500);
  expect(hour.getSnapshot()).toMatchObject({ steps: [step(15_000)], error: 'it is away' });
  await vi.advanceTimersByTimeAsync(2_500);
  expect(hour.getSnapshot()).not.toHaveProperty('error');
  expect(hour.getSnapshot().steps).toHaveLength(2);
  hour.stop();
});

test('what is stopped asks for nothing, also where an answer was under way, until it is started', async () => {
  const ask = vi.fn(async () => metrics(20_000, 15_000));
  const hour = watchHour(ask, 2_500);
  hour.start();
  hour.stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(ask).toHaveBeenCalledTimes(1);
  expect(hour.getSnapshot().steps).toEqual([]);
  hour.start();
  hour.start();
  await vi.advanceTimersByTimeAsync(0);
  expect(ask).toHaveBeenCalledTimes(2);
  hour.stop();
});
