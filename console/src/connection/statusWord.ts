import type { Status } from '@tidings/client';
import type { Tone } from '../ui/data/Pill.tsx';

/** How it stands with a connection, in a word. */
export function statusWord({ state, attempt }: Status): { readonly word: string; readonly tone: Tone } {
  switch (state) {
    case 'open':
      return { word: 'Connected', tone: 'good' };
    case 'connecting':
      return { word: attempt > 0 ? 'Reconnecting' : 'Connecting', tone: 'warn' };
    case 'waiting':
      return { word: 'Reconnecting', tone: 'warn' };
    case 'closed':
      return { word: 'Closed', tone: 'bad' };
    case 'idle':
      return { word: 'Not connected', tone: 'neutral' };
  }
}
