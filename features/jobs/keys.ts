import { featureRows } from '../../core/keys.ts';

/** A job: its input, its progress and its result. */
export const jobKey = featureRows('JOB', {
  reads: ['userId'],
  isOfUser: (userId, _ids, row) => row.userId === userId,
}).key;
