import { featureRows } from '../../core/keys.ts';

/** A job: what it is to do, how far it is, and what came of it. */
export const jobKey = featureRows('JOB').key;
