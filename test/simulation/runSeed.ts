import { judge, type Verdict } from './oracle/oracle.ts';
import { type Evidence, type Simulation, simulate } from './simulate.ts';

/** What one seed came to. */
export interface Proof extends Verdict {
  readonly seed: number;
  /** Of the transcript: a replay of the same seed gives the same one. */
  readonly digest: string;
  readonly tookMs: number;
}

/** Runs one seed and judges it. */
export async function runSeed(simulation: Simulation): Promise<{ proof: Proof; evidence: Evidence }> {
  const began = performance.now();
  const evidence = await simulate(simulation);
  const verdict = judge(evidence);
  const tookMs = Math.round(performance.now() - began);
  return { proof: { ...verdict, seed: simulation.seed, digest: evidence.digest, tookMs }, evidence };
}
