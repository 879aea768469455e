import { ProtocolError, validate } from '@tidings/protocol';
import type { Actions } from '../../core/call.ts';
import { invalidField } from '../../core/invalidField.ts';
import type { Principal } from '../../core/principal.ts';
import { acceptWork, queueWork } from '../../core/work/acceptWork.ts';
import type { jobContract } from './contract.ts';
import type { JobKind } from './jobKind.ts';
import { jobCodec } from './jobRow.ts';
import { jobWorkOf, keptMs } from './jobWork.ts';
import { jobKey } from './keys.ts';

/** Jobs: work that takes longer than an answer may. An ack promises that the job will be done. */
export const jobActions: Actions<typeof jobContract> = {
  'job.submit': async (call) => {
    const { runtime, principal, payload } = call;
    const { tenant } = principal;
    const rules = jobWorkOf(runtime.app);
    const kind = kindFor(rules.kinds, principal, payload.kind);
    const input = validate(kind.input, payload.input, 'payload.input');
    const now = runtime.clock.now();
    const id = runtime.random.id();
    const row = jobCodec.toRow(jobKey(tenant, id), {
      userId: principal.userId,
      kind: kind.name,
      input,
      status: 'queued',
      tries: 0,
      submittedAt: now,
      // It is never sent to a client, so no client's request can have used it.
      resultRef: runtime.random.id(),
      expiresAt: now + keptMs,
      ttl: Math.ceil((now + keptMs) / 1000),
    });
    const answer = await acceptWork(
      call,
      { rules, id, now },
      {
        decide: () => ({
          answer: { jobId: id, kind: kind.name, status: 'queued' },
          writes: [{ put: row, if: { is: 'absent' } }],
        }),
      },
    );
    await queueWork(runtime, rules, { tenant, id: answer.jobId });
    return answer;
  },

  'job.get': async (call) => {
    const { runtime, principal } = call;
    const { jobId } = call.payload;
    const row = await runtime.table.get(jobKey(principal.tenant, jobId));
    const job = row && jobCodec.fromRow(row);
    // Without the right to see a job, a user does not learn that it exists.
    if (!job || job.userId !== principal.userId || job.expiresAt <= runtime.clock.now()) {
      throw new ProtocolError('not_found', 'there is no such job of yours');
    }
    const { kind, status, submittedAt, finishedAt, output, error } = job;
    return {
      jobId,
      kind,
      status,
      submittedAt,
      ...(finishedAt !== undefined && { finishedAt }),
      ...(output !== undefined && { output }),
      ...(error !== undefined && { error }),
    };
  },
};

/** @throws ProtocolError `validation_failed`, `forbidden`. */
function kindFor(kinds: readonly JobKind[], who: Principal, name: string): JobKind {
  const kind = kinds.find((one) => one.name === name);
  if (!kind) throw invalidField('payload.kind', `must be one of ${kinds.map((one) => one.name).join(', ')}`);
  const allowed: readonly string[] | 'any' = kind.roles;
  if (allowed !== 'any' && !who.roles.some((role) => allowed.includes(role))) {
    throw new ProtocolError('forbidden', `${kind.name} is for ${allowed.join(', ')}`);
  }
  return kind;
}
