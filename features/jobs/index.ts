import { feature } from '../../core/feature.ts';
import { jobContract } from './contract.ts';
import { jobActions } from './jobs.ts';
import { jobWork } from './jobWork.ts';

/** Work that takes longer than an answer may. */
export const jobs = feature({ name: 'jobs', contract: jobContract, actions: jobActions, work: [jobWork] });
