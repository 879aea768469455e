/** With `TIDINGS_LONG`, as CI and the search for mutants set it, tests run as often as they were written for. */
const isLong = Boolean(process.env.TIDINGS_LONG);

/** How often a test repeats what it shows: seldom while one works, often where nobody waits. */
export const times = (seldom: number, often: number): number => (isLong ? often : seldom);
