import { createValue } from '../../base/value.ts';

export type Theme = 'system' | 'light' | 'dark';

const key = 'tidings.theme';
const isTheme = (value: unknown): value is Theme => value === 'light' || value === 'dark';

/** What was chosen; without a choice it is the system's. */
export const theme = createValue<Theme>('system');

/** Takes up what was chosen the last time. */
export function loadTheme(): void {
  const kept = localStorage.getItem(key);
  if (isTheme(kept)) chooseTheme(kept);
}

function chooseTheme(next: Theme): void {
  if (next === 'system') {
    localStorage.removeItem(key);
    delete document.documentElement.dataset.theme;
  } else {
    localStorage.setItem(key, next);
    document.documentElement.dataset.theme = next;
  }
  theme.set(next);
}

/** Which of the two is shown. */
export const shownTheme = (): 'light' | 'dark' => {
  const chosen = theme.getSnapshot();
  if (chosen !== 'system') return chosen;
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
};

export const switchTheme = (): void => chooseTheme(shownTheme() === 'dark' ? 'light' : 'dark');
