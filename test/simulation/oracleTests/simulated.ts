import { type Evidence, type Simulation, simulate } from '../simulate.ts';

const runs = new Map<string, Promise<Evidence>>();

/** What a run showed. The same run is made once for all files that judge it. */
export function simulated(simulation: Simulation): Promise<Evidence> {
  const key = JSON.stringify(simulation);
  const run = runs.get(key) ?? simulate(simulation);
  runs.set(key, run);
  return run;
}

/** A short run in which all comes up that most rules are about. */
export const shortRun = { seed: 30, clients: 10, minutes: 8 };

/** One in which pages come back to what they kept. */
export const longerRun = { seed: 33, clients: 10, minutes: 8 };
