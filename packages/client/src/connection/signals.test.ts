import { expect, test } from 'vitest';
import { browserSignals } from './signals.ts';

function page(visibilityState: string, onLine: boolean) {
  const target = () => {
    const listeners = new Map<string, () => void>();
    return {
      listeners,
      addEventListener: (type: string, run: () => void) => void listeners.set(type, run),
      removeEventListener: (type: string) => void listeners.delete(type),
    };
  };
  return { ...target(), document: { ...target(), visibilityState }, navigator: { onLine } };
}

test('a page that is seen again, restored, or on or off the network says so', () => {
  const window = page('visible', true);
  let heard = 0;
  const stop = browserSignals(window).listen(() => heard++);
  for (const type of ['online', 'pageshow', 'offline']) window.listeners.get(type)?.();
  window.document.listeners.get('visibilitychange')?.();
  expect(heard).toBe(4);
  stop();
  expect([window.listeners.size, window.document.listeners.size]).toEqual([0, 0]);
});

test('a page that is hidden says nothing', () => {
  const window = page('hidden', true);
  let heard = 0;
  browserSignals(window).listen(() => heard++);
  window.document.listeners.get('visibilitychange')?.();
  expect(heard).toBe(0);
});

test('only a clear no is offline, and where nothing is said there is a network', () => {
  expect(
    [page('visible', true), page('visible', false), {}].map((one) => browserSignals(one).online()),
  ).toEqual([true, false, true]);
  browserSignals({}).listen(() => {})();
});
