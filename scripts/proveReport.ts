import { neverExercised } from '../test/simulation/oracle/exercised.ts';
import type { Proof } from '../test/simulation/runSeed.ts';
import type { Broken } from '../test/simulation/runSeeds.ts';
import type { Wanted } from '../test/simulation/world/world.ts';

/** In a smaller run something may not come up. */
export const enough = { seeds: 100, clients: 20, minutes: 30 };

export interface Size {
  readonly clients: number;
  readonly minutes: number;
}

const shown = 5;

const proofsOf = (ended: readonly (Proof | Broken)[]): Proof[] =>
  ended.filter((one): one is Proof => !('crashed' in one));

const untestedIn = (ended: readonly (Proof | Broken)[]): string[] =>
  neverExercised(proofsOf(ended).map(({ exercised }) => exercised));

export const hasFailed = (ended: Proof | Broken): boolean =>
  'crashed' in ended || ended.violations.length > 0;

const isEnough = (ended: readonly (Proof | Broken)[], { clients, minutes }: Size): boolean =>
  ended.length >= enough.seeds && clients >= enough.clients && minutes >= enough.minutes;

/** Whether a run has shown what it was for. */
export const isProven = (ended: readonly (Proof | Broken)[], size: Size): boolean =>
  !ended.some(hasFailed) && !(isEnough(ended, size) && untestedIn(ended).length > 0);

/** What is said of a seed that failed. */
export function describeFailure(
  ended: Proof | Broken,
  { clients, minutes, folder, ...wanted }: Size & { folder: string } & Wanted,
): string {
  const { seed } = ended;
  const what =
    'crashed' in ended
      ? [`  I13 ${ended.crashed}`]
      : ended.violations.slice(0, shown).map(({ invariant, what: text, at }) => {
          const when = at === undefined ? 'in the table' : `at ${at}`;
          return `  ${invariant} ${when}: ${text.slice(0, 400)}`;
        });
  const more = 'crashed' in ended ? 0 : ended.violations.length - shown;
  return [
    `\nseed ${seed} failed:`,
    ...what,
    ...(more > 0 ? [`  and ${more} more`] : []),
    `  evidence: ${folder}/seed-${seed}`,
    `  again:    npm run prove -- --seed ${seed} --clients ${clients} --minutes ${minutes}${optionsOf(wanted)}`,
  ].join('\n');
}

function optionsOf(wanted: Wanted): string {
  return Object.keys(wanted)
    .map((name) => ` --${name}`)
    .join('');
}

/** What a run came to. */
export function summary(ended: readonly (Proof | Broken)[], size: Size & { tookMs: number }): string {
  const { clients, minutes, tookMs } = size;
  const proofs = proofsOf(ended);
  const figures = ['acknowledged', 'received', 'lost', 'doubled', 'misordered', 'leaked'] as const;
  const total = figures.map((name) => [name, proofs.reduce((sum, proof) => sum + proof[name], 0)] as const);
  const failed = ended.filter(hasFailed).length;
  const exercised = Object.keys(proofs[0]?.exercised ?? {}).map((name) => {
    const sum = proofs.reduce((total, proof) => total + (proof.exercised[name] ?? 0), 0);
    return `  ${name.padEnd(40)}${sum.toLocaleString('en')}`;
  });
  const only = proofs.length === 1 ? proofs[0] : undefined;
  return [
    `${ended.length} seeds of ${clients} devices and ${minutes} virtual minutes, in ${Math.round(tookMs / 1000)} s`,
    ...total.map(([name, value]) => `${name.padEnd(13)}${value.toLocaleString('en')}`),
    'what was put to the test:',
    ...exercised,
    ...(only ? [`transcript   ${only.digest}`] : []),
    ...untestedLines(ended, size),
    failed === 0 ? 'no invariant was violated' : `${failed} seeds failed`,
    '',
  ].join('\n');
}

/** In a run that is large enough, what never came up is a fault of the run; in a smaller one it is chance. */
function untestedLines(ended: readonly (Proof | Broken)[], size: Size): readonly string[] {
  const untested = untestedIn(ended);
  if (untested.length === 0) return [];
  if (isEnough(ended, size)) return untested.map((name) => `never put to the test: ${name}`);
  return [`so small a run need not meet everything; it did not meet: ${untested.join(', ')}`];
}
