import { featureRows } from '../../core/keys.ts';

/** A job: its input, its progress and its result. */
export const jobKey = featureRows('JOB').key;
