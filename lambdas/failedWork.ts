import { failJob } from '../features/jobs/runJob.ts';
import { eachMessage } from './eachMessage.ts';
import { runtime } from './wiring.ts';

/** Jobs that their queue gave up on: whoever submitted one is told that it failed. */
export const handler = eachMessage('failedWork', runtime, 'a job that was given up', failJob);
