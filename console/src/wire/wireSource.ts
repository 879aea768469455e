import type { Store } from '@tidings/client';
import type { WireEntry } from './entry.ts';

/** Which entries are there: a new object at each change. */
export interface WireRange {
  /** The number of the oldest that is kept. */
  readonly first: number;
  /** One above that of the newest. */
  readonly next: number;
}

/** Where a wire view has its entries from: a client that is recorded, or a recording that is played back. */
export interface WireSource extends Store<WireRange> {
  entry(number: number): WireEntry | undefined;
}
