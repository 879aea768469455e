import { useEffect, useRef } from 'react';
import { useLocation } from 'wouter';
import { switchTheme } from '../ui/theme/theme.ts';
import type { Page } from './pages.ts';

export interface ShortcutOptions {
  readonly pages: readonly Page[];
  openPalette(): void;
  openShortcuts(): void;
}

/** How long the second key of two may take. */
const secondKeyMs = 1_500;

/** Whether keys are being typed into something, or something stands over the page. */
const isTaken = ({ target }: KeyboardEvent) =>
  (target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]')) ||
  document.querySelector('dialog[open]') !== null;

/** Keys that work on every page. */
export function useShortcuts(options: ShortcutOptions): void {
  const [, go] = useLocation();
  const now = useRef({ ...options, go });
  now.current = { ...options, go };
  useEffect(() => {
    let wentAt = Number.NEGATIVE_INFINITY;
    function pressed(event: KeyboardEvent) {
      const { key, timeStamp } = event;
      const { pages, openPalette, openShortcuts } = now.current;
      if ((event.ctrlKey || event.metaKey) && !event.altKey && key.toLowerCase() === 'k') {
        event.preventDefault();
        return openPalette();
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTaken(event)) return;
      const isSecond = timeStamp - wentAt < secondKeyMs;
      wentAt = Number.NEGATIVE_INFINITY;
      const page = isSecond ? pages.find((one) => one.key === key) : undefined;
      if (page) now.current.go(page.path);
      else if (key === 'g') wentAt = timeStamp;
      else if (key === '?') openShortcuts();
      else if (key === 't') switchTheme();
      else return;
      event.preventDefault();
    }
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, []);
}
