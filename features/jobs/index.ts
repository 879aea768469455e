import { feature } from '../../core/feature.ts';
import { jobContract } from './contract.ts';
import type { JobKind } from './jobKind.ts';
import { jobActions } from './jobs.ts';
import { jobWork } from './jobWork.ts';
import { jobSettings } from './settings.ts';

/** Work of these kinds that takes longer than an answer may. */
export const jobs = (kinds: readonly JobKind[]) =>
  feature({
    name: 'jobs',
    contract: jobContract,
    settings: jobSettings,
    actions: jobActions,
    work: [jobWork(kinds)],
  });
