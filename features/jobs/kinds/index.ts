import type { JobKind } from '../jobKind.ts';
import { engagementReport } from './engagementReport.ts';
import { translate } from './translate.ts';

/** Every kind of job. One of your own is one more line here. */
export const jobKinds: readonly JobKind[] = [translate, engagementReport];
