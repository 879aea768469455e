import type { Row } from '../ports.ts';

/** The result for one due row: it was done, there was nothing to do, or it is left to the next run. */
export type CheckOutcome = 'done' | 'settled' | 'left';

/** Looks after what a due row names, and deletes the row unless it is left. */
export type Check = (row: Row) => Promise<CheckOutcome>;
