import { readFileSync, writeFileSync } from 'node:fs';
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib';
import { type Evidence, type Simulation, simulate } from '../simulate.ts';

/**
 * Runs whose evidence is kept in `recorded`: what judges evidence is tested on evidence that stays the same, however the
 * product's reads and writes come to fall. `npm run prove -- --record NAME` makes one anew, which is needed when
 * transcripts or rows look otherwise, or when tests are about what never came up in them.
 */
export const recordings = {
  /** All comes up that most rules are about. */
  short: { clients: 10, minutes: 8 },
  /** Pages come back to what they kept. */
  pages: { clients: 10, minutes: 8 },
  /** Users follow channels and show themselves. */
  channels: { clients: 16, minutes: 12 },
  /** Somebody attacks, and there are no faults, so that nothing is forgiven. */
  spiteful: { clients: 10, minutes: 5, spiteful: true },
  /** Many refusals, and rights of every kind. */
  rights: { clients: 14, minutes: 5 },
} as const satisfies Record<string, Omit<Simulation, 'seed'>>;

export type Recording = keyof typeof recordings;

const fileOf = (name: Recording) => new URL(`./recorded/${name}.json.br`, import.meta.url);

export const recorded = (name: Recording): Evidence =>
  JSON.parse(brotliDecompressSync(readFileSync(fileOf(name))).toString());

/** Runs a seed and keeps its evidence in the place of what was recorded. */
export async function record(name: Recording, seed: number): Promise<void> {
  const evidence = await simulate({ ...recordings[name], seed });
  writeFileSync(fileOf(name), brotliCompressSync(JSON.stringify(evidence)));
}
