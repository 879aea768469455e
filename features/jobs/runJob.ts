import { ProtocolError } from '@tidings/protocol';
import { publish } from '../../core/delivery/publish.ts';
import { sendEphemeral } from '../../core/delivery/sendEphemeral.ts';
import { userFeed } from '../../core/feeds.ts';
import type { Value } from '../../core/ports.ts';
import type { Runtime } from '../../core/runtime.ts';
import {
  callOfWork,
  endWorkWrites,
  giveBackWrite,
  type Lease,
  LeaseLost,
  requireLease,
  takeLease,
} from '../../core/work/lease.ts';
import { underWayKey } from '../../core/work/underWay.ts';
import { queueOf, type WorkMessage } from '../../core/work/watch.ts';
import type { jobContract } from './contract.ts';
import type { JobRuntime } from './jobKind.ts';
import type { JobRow } from './jobRow.ts';
import { jobName, jobWorkOf } from './jobWork.ts';

const maxTries = 4;
/** The result travels in one frame of at most 32 KB, and in an answer to `subscribe` of 30 KB. */
const maxOutputBytes = 27_000;

/** A job that only this invocation may do. */
type LeasedJob = Lease<JobRow>;

type Outcome =
  | { readonly status: 'done'; readonly output: Value }
  | { readonly status: 'failed'; readonly error: { readonly code: string; readonly message: string } };

/**
 * Does a job. A message that comes twice finds it leased or ended, so its effect happens once. If the
 * function dies, its lease ends, and the search for stalled work finds the job.
 *
 * @throws when the next try could not be queued, so that the queue delivers the message again.
 */
export async function runJob(runtime: JobRuntime, message: WorkMessage): Promise<void> {
  const job = await leaseJob(runtime, message);
  if (!job) return;
  const tries = job.row.tries + 1;
  // What throws here goes no further, so that nobody else counts it.
  const count = (failed: 0 | 1) => runtime.metrics.add('FailedWork', failed, jobName);
  if (tries > maxTries) {
    count(1);
    return finish(runtime, job, gaveUp(job));
  }
  try {
    const outcome = await perform(runtime, job);
    await finish(runtime, job, outcome);
    // One that its kind refused says neither that jobs get done nor that they fail.
    if (outcome.status === 'done') count(0);
  } catch (error) {
    count(1);
    const { requestId = job.id, reporter } = runtime;
    reporter.report(error, { requestId, workId: job.id, what: `a job of the kind ${job.row.kind}` });
    if (tries === maxTries) return finish(runtime, job, gaveUp(job));
    await runtime.table.write(giveBackWrite(job));
    await queueOf(runtime, job.rules).send([{ ...message }], 1000 * 2 ** tries);
  }
}

const leaseJob = (runtime: Runtime, message: WorkMessage): Promise<LeasedJob | undefined> =>
  takeLease(runtime, jobWorkOf(runtime.app), message, { add: { tries: 1 } });

async function perform(runtime: JobRuntime, { id: jobId, row, owner }: LeasedJob): Promise<Outcome> {
  const { tenant, userId } = owner;
  const progress = (done: number) =>
    sendEphemeral<typeof jobContract>(runtime, {
      tenant,
      topic: userFeed(userId),
      type: 'job.progress',
      from: userId,
      payload: { jobId, status: 'running', progress: done },
    });
  try {
    const kind = jobWorkOf(runtime.app).kinds.find((one) => one.name === row.kind);
    if (!kind) throw new ProtocolError('not_found', `there are no jobs of the kind ${row.kind} any more`);
    await progress(0);
    const text = JSON.stringify(await kind.run({ runtime, tenant, progress }, row.input));
    if (Buffer.byteLength(text) > maxOutputBytes) {
      throw new ProtocolError('payload_too_large', `the output has more than ${maxOutputBytes} bytes`);
    }
    return { status: 'done', output: JSON.parse(text) };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return { status: 'failed', error: { code: error.code, message: error.message } };
  }
}

/** The text of an unexpected error is only in the log, under the job's id. */
function gaveUp({ id }: LeasedJob): Outcome {
  return { status: 'failed', error: { code: 'internal', message: id } };
}

/** Commits the result and the end of the job together, so that an ended job has exactly one result. */
async function finish(runtime: Runtime, job: LeasedJob, outcome: Outcome): Promise<void> {
  const { id, key, row, owner, rules } = job;
  const finishedAt = runtime.clock.now();
  const call = callOfWork<typeof jobContract>(runtime, job, { ref: row.resultRef, hash: 'job.result' });
  try {
    await publish(call, {
      topic: userFeed(owner.userId),
      rows: [key, underWayKey(rules, owner)],
      decide: (state, [current, underWay]) => {
        requireLease(job, current);
        return {
          event: { type: 'job.result', payload: { jobId: id, kind: row.kind, ...outcome } },
          state,
          answer: {},
          writes: endWorkWrites(job, { ...outcome, finishedAt }, underWay),
        };
      },
    });
  } catch (error) {
    if (!(error instanceof LeaseLost)) throw error;
  }
}
