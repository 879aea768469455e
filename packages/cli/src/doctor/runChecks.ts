import { type Check, CheckFailed, type CheckResult, NotThere } from './check.ts';

export interface RunOptions {
  readonly stop: AbortSignal;
  /** Gets each result as it comes. */
  onResult(result: CheckResult): void;
}

/** Runs checks one after the other. What builds on one that did not end well is not tried. */
export async function runChecks<Visit>(
  checks: readonly Check<Visit>[],
  visit: Visit,
  { stop, onResult }: RunOptions,
): Promise<readonly CheckResult[]> {
  const results = new Map<string, CheckResult>();
  for (const check of checks) {
    const missing = check.needs.map((name) => results.get(name)).find((one) => one?.state !== 'ok');
    const result = stop.aborted
      ? notTried(check)
      : missing
        ? without(check, missing)
        : await runOne(check, visit);
    results.set(check.name, result);
    onResult(result);
  }
  return [...results.values()];
}

const notTried = <Visit>({ name }: Check<Visit>): CheckResult => ({
  ...{ name, says: 'it was stopped', ms: 0 },
  state: 'not tried',
});

/** What the app does not have, what builds on it has not either. */
function without<Visit>({ name }: Check<Visit>, missing: CheckResult): CheckResult {
  const state = missing.state === 'failed' ? 'not tried' : missing.state;
  return { name, state, says: `it needs: ${missing.name}`, ms: 0 };
}

async function runOne<Visit>(check: Check<Visit>, visit: Visit): Promise<CheckResult> {
  const began = performance.now();
  const { name, todo } = check;
  const ended = () => Math.round(performance.now() - began);
  try {
    return { name, state: 'ok', says: await check.run(visit), ms: ended() };
  } catch (error) {
    const says = error instanceof Error ? error.message : String(error);
    if (error instanceof NotThere) return { name, state: error.state, says, ms: ended() };
    const better = error instanceof CheckFailed ? error.todo : undefined;
    return { name, state: 'failed', says, ms: ended(), todo: better ?? todo };
  }
}
