import type { WorkRules } from '../../core/work/watch.ts';
import { streamKey } from './keys.ts';
import { modelRights } from './modelIds.ts';
import { assistantSettings } from './settings.ts';
import { type StreamRow, streamCodec } from './streamRow.ts';

const minuteMs = 60_000;

/** Lambda's longest timeout. */
export const timeoutMs = 15 * minuteMs;

/**
 * How long an answer may go without a renewal of its lease. While it is given, the lease is renewed each half
 * second.
 */
export const streamLeaseMs = 60_000;

/** What reports and figures call one. */
export const answerName = 'an answer';

/** An answer has a reader waiting. */
export const streamWork: WorkRules<StreamRow> = {
  name: 'stream',
  called: answerName,
  key: streamKey,
  fromRow: streamCodec.fromRow,
  leaseMs: streamLeaseMs,
  max: (settings) => assistantSettings.in(settings).limits.answersPerUser,
  enough: (max) => `you have ${max} answers under way: ask the next question when one of them is over`,
  keptMs: 24 * 60 * minuteMs,
  firstLookMs: minuteMs,
  maxPauseMs: minuteMs,
  workers: {
    entry: new URL('lambdas/stream', import.meta.url).href,
    timeoutMs,
    // A reader waits for the first words, which a new function takes a second of computing for.
    memoryMb: 512,
    maxConcurrency: 50,
    maxReceives: 3,
    // The message is not needed a second time: an answer whose function died is ended by the search for
    // stalled work, each minute.
    retentionDays: 1,
    allow(settings) {
      const { assistant } = assistantSettings.in(settings);
      return assistant.provider === 'bedrock' ? modelRights(assistant.modelId) : [];
    },
  },
};
