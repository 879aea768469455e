import type { Status } from '@tidings/client';
import type { Tone } from '../ui/data/Pill.tsx';

export interface StatusWord {
  readonly word: string;
  readonly tone: Tone;
}

/** What each state of a connection is called, wherever one is shown. */
export const statusWords: Readonly<Record<Status['state'], StatusWord>> = {
  idle: { word: 'Not connected', tone: 'neutral' },
  connecting: { word: 'Connecting', tone: 'warn' },
  open: { word: 'Connected', tone: 'good' },
  waiting: { word: 'Reconnecting', tone: 'warn' },
  closed: { word: 'Closed', tone: 'bad' },
};

/** How it stands with a connection, in a word. */
export const statusWord = ({ state }: Pick<Status, 'state'>): StatusWord => statusWords[state];
