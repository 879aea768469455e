import { eachMessage } from '../../../lambdas/eachMessage.ts';
import { runtime } from '../../../lambdas/wiring.ts';
import { givenUpTimeoutMs } from '../jobWork.ts';
import { failJob } from '../runJob.ts';

/** Jobs from the dead-letter queue: their users learn that they failed. */
export const handler = eachMessage(givenUpTimeoutMs, runtime, 'a job that was given up', failJob);
