import { ProtocolError } from '@tidings/protocol';
import type { Call } from '../../core/call.ts';
import { publish } from '../../core/delivery/publish.ts';
import { sendEphemeral } from '../../core/delivery/sendEphemeral.ts';
import { userFeed } from '../../core/feeds.ts';
import type { Value } from '../../core/ports.ts';
import type { Runtime } from '../../core/runtime.ts';
import { type Lease, LeaseLost, leaseAttributes, stillMine, takeLease } from '../../core/work/lease.ts';
import { endWrites, underWayKey } from '../../core/work/underWay.ts';
import { queueOf, type WorkMessage } from '../../core/work/watch.ts';
import type { jobContract } from './contract.ts';
import type { JobRuntime } from './jobKind.ts';
import type { JobRow } from './jobs.ts';
import { jobWorkOf, timeoutMs } from './jobWork.ts';
import { jobKey } from './keys.ts';

/** Longer than the function may run, so that a function whose lease has ended no longer runs. */
export const jobLeaseMs = timeoutMs + 30_000;
const maxTries = 4;
/** The result travels in one frame of at most 32 KB, and in an answer to `subscribe` of 30 KB. */
const maxOutputBytes = 27_000;

/** A job that only this invocation may do. */
interface LeasedJob extends Lease<JobRow> {
  readonly jobId: string;
}

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
  if (tries > maxTries) return finish(runtime, job, gaveUp(job));
  try {
    await finish(runtime, job, await perform(runtime, job));
  } catch (error) {
    runtime.reporter.report(error, { requestId: job.jobId, what: `a job of the kind ${job.row.kind}` });
    if (tries === maxTries) return finish(runtime, job, gaveUp(job));
    await runtime.table.write({
      update: job.key,
      set: { status: 'queued' },
      remove: leaseAttributes,
      if: stillMine(job),
    });
    await queueOf(runtime, jobWorkOf(runtime.app)).send([{ ...message }], 1000 * 2 ** tries);
  }
}

/**
 * Ends a job whose message went to the dead-letter queue, unless another function has it, or it has ended.
 */
export async function failJob(runtime: Runtime, message: WorkMessage): Promise<void> {
  const job = await leaseJob(runtime, message);
  if (job) await finish(runtime, job, gaveUp(job));
}

async function leaseJob(runtime: Runtime, message: WorkMessage): Promise<LeasedJob | undefined> {
  const { tenant, id: jobId } = message;
  const lease = await takeLease<JobRow>(runtime, message, jobKey(tenant, jobId), jobLeaseMs, { tries: 1 });
  return lease && { ...lease, jobId };
}

async function perform(runtime: JobRuntime, { jobId, row, owner }: LeasedJob): Promise<Outcome> {
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
function gaveUp({ jobId }: LeasedJob): Outcome {
  return { status: 'failed', error: { code: 'internal', message: jobId } };
}

/** Commits the result and the end of the job together, so that an ended job has exactly one result. */
async function finish(runtime: Runtime, job: LeasedJob, outcome: Outcome): Promise<void> {
  const { jobId, key, leaseId, row, owner } = job;
  const finishedAt = runtime.clock.now();
  const request: Call<typeof jobContract> = {
    ...{ runtime, principal: owner },
    ...{ ref: row.resultRef, hash: 'job.result' },
  };
  const underWay = underWayKey(jobWorkOf(runtime.app), owner);
  try {
    await publish(request, {
      topic: userFeed(owner.userId),
      rows: [key, underWay],
      decide: (state, [current, ofUser]) => {
        if (current?.leaseId !== leaseId) throw new LeaseLost();
        return {
          event: { type: 'job.result', payload: { jobId, kind: row.kind, ...outcome } },
          state,
          answer: {},
          writes: [
            {
              update: key,
              set: { ...outcome, finishedAt },
              remove: leaseAttributes,
              if: stillMine(job),
            },
            ...endWrites(underWay, ofUser, jobId),
          ],
        };
      },
    });
  } catch (error) {
    if (!(error instanceof LeaseLost)) throw error;
  }
}
