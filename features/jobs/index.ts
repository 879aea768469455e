import type { Feature } from '../../core/app.ts';
import { jobHandlers } from './jobs.ts';
import { jobWork } from './jobWork.ts';

/** Work that takes longer than an answer may. */
export const jobs: Feature = { name: 'jobs', actions: jobHandlers, work: [jobWork] };
