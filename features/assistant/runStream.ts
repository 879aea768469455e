import { withDeadline } from '../../core/deadline.ts';
import { sendEphemeral } from '../../core/delivery/sendEphemeral.ts';
import { readHead, stateWrite } from '../../core/log/topicHead.ts';
import type { Runtime } from '../../core/runtime.ts';
import type { Head } from '../../core/topics.ts';
import { LeaseLost, renewLease } from '../../core/work/lease.ts';
import type { WorkMessage } from '../../core/work/watch.ts';
import type { assistantContract } from './contract.ts';
import { type ConversationState, type StreamStatus, turnsForModel } from './conversation.ts';
import { joinDeltas } from './joinDeltas.ts';
import type { Model } from './model.ts';
import { commitEnd, commitStart, type LeasedStream, leaseStream } from './streamLease.ts';
import { answerName, timeoutMs } from './streamWork.ts';

/** The runtime of the function that answers. */
export interface StreamRuntime extends Runtime {
  readonly model: Model;
}

/**
 * How often progress is stored. A cancel is noticed within this time, and the stored text is this far behind.
 */
const joining = { joinMs: 40, beatMs: 500 };
/** The rest of the function's time is for the end of the answer. */
export const maxAnswerMs = timeoutMs - 60_000;
/** The whole text travels in one frame, and together with the earlier turns in an answer of 30 KB. */
const maxAnswerBytes = 14_000;
const cutMark = '\n[…]';

/** An answer so far. */
interface Progress {
  text: string;
  idx: number;
  /** The last piece that the conversation's snapshot has. */
  writtenIdx: number;
}

/**
 * Gives an answer, piece by piece. It begins once, however often its message comes. If its function died, the
 * answer is not given again, but ended with the text so far.
 */
export async function runStream(runtime: StreamRuntime, message: WorkMessage): Promise<void> {
  const stream = await leaseStream(runtime, message);
  if (!stream) return;
  const wasCancelled = stream.row.cancelled === true;
  try {
    // Also for an abandoned answer: the function may have died before this, and a repeat changes nothing.
    await commitStart(runtime, stream);
    if (stream.abandoned) return await end(runtime, stream, wasCancelled ? 'cancelled' : 'error');
    const progress: Progress = { text: '', idx: -1, writtenIdx: -1 };
    const status = wasCancelled ? 'cancelled' : await answer(runtime, stream, progress);
    await end(runtime, stream, status, progress.text);
  } catch (error) {
    if (!(error instanceof LeaseLost)) throw error;
  }
}

/** What goes wrong with an answer is its end and goes no further, so that nobody else counts it. */
function end(
  runtime: StreamRuntime,
  stream: LeasedStream,
  status: StreamStatus,
  text?: string,
): Promise<void> {
  // One that was cancelled says neither that answers get done nor that they fail.
  if (status !== 'cancelled') runtime.metrics.add('FailedWork', status === 'error' ? 1 : 0, answerName);
  return commitEnd(runtime, stream, status, text);
}

/** @throws LeaseLost; whatever else goes wrong is the end of the answer, with what there is of it. */
async function answer(
  runtime: StreamRuntime,
  stream: LeasedStream,
  progress: Progress,
): Promise<StreamStatus> {
  const { clock, model, reporter, requestId = stream.id } = runtime;
  const abort = new AbortController();
  const giveUpAt = clock.now() + maxAnswerMs;
  let beatAt = clock.now();
  try {
    const head = await readHead(runtime.table, stream.owner.tenant, stream.topic);
    const turns = turnsForModel(head?.state.turns.slice(0, -1) ?? []);
    const pieces = model.stream({ turns, text: stream.question, signal: abort.signal });
    for await (const text of joinDeltas(pieces, clock, joining)) {
      const { delta, isFull } = cut(progress.text, text);
      progress.text += delta;
      if (delta !== '') progress.idx++;
      // Stored before it is sent, so that a client with the first piece finds it in the snapshot too.
      if (clock.now() >= beatAt) {
        if (await beat(runtime, stream, head, progress)) return 'cancelled';
        beatAt = clock.now() + joining.beatMs;
      }
      if (delta !== '') await sendDelta(runtime, stream, progress.idx, delta);
      if (isFull) return 'complete';
      if (clock.now() >= giveUpAt) throw new Error('an answer took longer than a function may run');
    }
    return 'complete';
  } catch (error) {
    if (error instanceof LeaseLost) throw error;
    reporter.report(error, { requestId, workId: stream.id, what: answerName });
    return 'error';
  } finally {
    abort.abort();
  }
}

/** As much of a piece as fits. */
function cut(text: string, piece: string): { delta: string; isFull: boolean } {
  const fits = (delta: string) => Buffer.byteLength(JSON.stringify(text + delta)) <= maxAnswerBytes;
  if (fits(piece)) return { delta: piece, isFull: false };
  let part = piece;
  while (part !== '' && !fits(part)) part = part.slice(0, Math.floor(part.length * 0.9));
  // Not between the halves of a surrogate pair.
  return { delta: part.replace(/[\uD800-\uDBFF]$/, '') + cutMark, isFull: true };
}

/**
 * Renews the lease, and stores the text so far for devices that come back. A short failure of the database
 * does not end the answer: the lease lasts for a hundred beats.
 *
 * @returns whether the answer was cancelled.
 */
async function beat(
  parts: StreamRuntime,
  stream: LeasedStream,
  head: Head<ConversationState> | undefined,
  progress: Progress,
): Promise<boolean> {
  const { text, idx, writtenIdx } = progress;
  const runtime = withDeadline(parts);
  try {
    const { cancelled = false } = await renewLease(runtime, stream);
    if (cancelled || !head || idx === writtenIdx) return cancelled;
    const state = { ...head.state, stream: { streamId: stream.id, text, idx } };
    // Only the end of this answer changes the head, whether this function ends it or another.
    await runtime.table.write(stateWrite(stream.owner.tenant, stream.topic, head, state));
    progress.writtenIdx = idx;
    return false;
  } catch (error) {
    if (error instanceof LeaseLost) throw error;
    const about = { requestId: runtime.requestId ?? stream.id, workId: stream.id };
    runtime.reporter.report(error, { ...about, what: 'writing down an answer so far' });
    return false;
  }
}

function sendDelta(runtime: StreamRuntime, stream: LeasedStream, idx: number, delta: string): Promise<void> {
  const { owner, topic, id: streamId } = stream;
  return sendEphemeral<typeof assistantContract>(runtime, {
    tenant: owner.tenant,
    topic,
    type: 'stream.delta',
    from: owner.userId,
    payload: { streamId, idx, delta },
  });
}
