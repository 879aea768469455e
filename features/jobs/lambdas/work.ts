import { eachMessage } from '../../../lambdas/eachMessage.ts';
import { once } from '../../../lambdas/once.ts';
import { awsAt, runtime, settings } from '../../../lambdas/wiring.ts';
import { phraseBook } from '../adapters/phraseBook.ts';
import { openTranslator } from '../adapters/translate/connect.ts';
import type { JobRuntime } from '../jobKind.ts';
import { jobName, timeoutMs } from '../jobWork.ts';
import { runJob } from '../runJob.ts';
import { jobSettings } from '../settings.ts';

const jobRuntime = once((): JobRuntime => {
  const { translator } = jobSettings.in(settings());
  return {
    ...runtime(),
    translator: translator === 'amazon' ? openTranslator(awsAt('TRANSLATE')) : phraseBook(),
  };
});

/** Does jobs. */
export const handler = eachMessage(timeoutMs, jobRuntime, jobName, runJob);
