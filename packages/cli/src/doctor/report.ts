import type { CheckResult, CheckState } from './check.ts';

const widthOf = (all: readonly string[]) => Math.max(...all.map(({ length }) => length));
const states: readonly CheckState[] = ['ok', 'failed', 'not tried', 'skipped', 'not in this app'];
const stateWidth = widthOf(states);

/** A line for each check; of one that failed, a second one says what to do. */
export function lineOf({ name, state, ms, says, todo }: CheckResult, names: readonly string[]): string {
  const line = `${state.padEnd(stateWidth)}  ${name.padEnd(widthOf(names))}  ${String(ms).padStart(6)} ms  ${says}`;
  return todo === undefined ? line : `${line}\n${' '.repeat(stateWidth)}  → ${todo}`;
}

/** What it all came to, in a sentence. */
export function sumOf(results: readonly CheckResult[]): string {
  const count = (state: CheckState) => results.filter((one) => one.state === state).length;
  const parts = states.map((state) => [state, count(state)] as const).filter(([, many]) => many > 0);
  return parts.map(([state, many]) => `${many} ${state}`).join(', ');
}
