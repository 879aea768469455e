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

test('a page that is seen again, restored or back on the network wakes the client', () => {
  const window = page('visible', true);
  const heard: string[] = [];
  const stop = browserSignals(window).listen((signal) => heard.push(signal));
  for (const type of ['online', 'pageshow', 'offline']) window.listeners.get(type)?.();
  window.document.listeners.get('visibilitychange')?.();
  expect(heard).toEqual(['wake', 'wake', 'offline', 'wake']);
  stop();
  expect([window.listeners.size, window.document.listeners.size]).toEqual([0, 0]);
});

test('a page that is hidden wakes nobody', () => {
  const window = page('hidden', true);
  const heard: string[] = [];
  browserSignals(window).listen((signal) => heard.push(signal));
  window.document.listeners.get('visibilitychange')?.();
  expect(heard).toEqual([]);
});

test('only a clear no is offline, and where nothing is said there is a network', () => {
  expect(
    [page('visible', true), page('visible', false), {}].map((one) => browserSignals(one).online()),
  ).toEqual([true, false, true]);
  browserSignals({}).listen(() => {})();
});
