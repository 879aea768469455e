import { eachMessage } from '../../../lambdas/eachMessage.ts';
import { runtime } from '../../../lambdas/wiring.ts';
import { givenUpTimeoutMs } from '../jobWork.ts';
import { failJob } from '../runJob.ts';

/** Jobs that their queue gave up on: whoever submitted one is told that it failed. */
export const handler = eachMessage(givenUpTimeoutMs, runtime, 'a job that was given up', failJob);
