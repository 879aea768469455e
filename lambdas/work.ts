import { runJob } from '../features/jobs/runJob.ts';
import { eachMessage } from './eachMessage.ts';
import { jobRuntime } from './wiring.ts';

/** Does jobs. */
export const handler = eachMessage('work', jobRuntime, 'a job', runJob);
