import { type Feature, feature } from '../../core/feature.ts';
import { jobContract } from './contract.ts';
import type { JobKind } from './jobKind.ts';
import { jobActions } from './jobs.ts';
import { jobWork } from './jobWork.ts';
import { jobSettings } from './settings.ts';

export { type JobKind, jobKind } from './jobKind.ts';
export { translate } from './translate.ts';

/** What an app says of its jobs. */
export interface JobOptions {
  /** The kinds of work that there are. */
  readonly kinds: readonly JobKind[];
  /** The memory of the function that does them, in MB, with which its share of a CPU grows. @default 256 */
  readonly memoryMb?: number;
}

/**
 * Work that takes longer than an answer may.
 *
 * @throws Error where two kinds have one name
 */
export function jobs({ kinds, memoryMb }: JobOptions): Feature<typeof jobContract> {
  const names = kinds.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) throw new Error(`jobs: two kinds are called ${twice}`);
  return feature({
    name: 'jobs',
    contract: jobContract,
    settings: jobSettings,
    actions: jobActions,
    work: [jobWork(kinds, memoryMb)],
  });
}
