import type { Call } from '../../core/call.ts';
import { publish } from '../../core/delivery/publish.ts';
import type { Row } from '../../core/ports.ts';
import { fromRow, toRow } from '../../core/rows.ts';
import type { Runtime } from '../../core/runtime.ts';
import type { Topic } from '../../core/topics.ts';
import { type Lease, LeaseLost, leaseAttributes, stillMine, takeLease } from '../../core/work/lease.ts';
import { endWrites, underWayKey } from '../../core/work/underWay.ts';
import type { WorkMessage, WorkRow } from '../../core/work/watch.ts';
import type { assistantContract } from './contract.ts';
import { type ConversationState, conversationTopics, type StreamStatus, withTurn } from './conversation.ts';
import { awaitedKey, streamKey } from './keys.ts';
import { streamWork } from './streamWork.ts';

/**
 * How long an answer may go without a renewal of its lease. While it is given, the lease is renewed each half
 * second.
 */
export const streamLeaseMs = 60_000;

/** An answer as it is stored. */
export interface StreamRow extends WorkRow {
  readonly conversationId: string;
  readonly text: string;
  readonly cancelled?: boolean;
  /** The `ref`s under which its start and its end are committed. */
  readonly startRef: string;
  readonly endRef: string;
  readonly ttl: number;
}

/** The row of an answer that is still to be given. */
export const toStreamRow = (tenant: string, streamId: string, stream: Omit<StreamRow, 'status'>): Row =>
  toRow<StreamRow>(streamKey(tenant, streamId), { ...stream, status: 'queued' });

/** The answer that a row holds. */
export const toStream = (row: Row): StreamRow => fromRow<StreamRow>(row);

/** An answer that only this invocation may give. */
export interface LeasedStream extends Lease<StreamRow> {
  readonly streamId: string;
  /** Whether another function began it and died. */
  readonly abandoned: boolean;
  readonly topic: Topic<ConversationState>;
  readonly conversationId: string;
  readonly question: string;
}

/** Takes an answer that has not begun, or whose lease has ended. */
export async function leaseStream(runtime: Runtime, message: WorkMessage): Promise<LeasedStream | undefined> {
  const { tenant, id: streamId } = message;
  const lease = await takeLease<StreamRow>(runtime, message, streamKey(tenant, streamId), streamLeaseMs);
  if (!lease) return undefined;
  const { row } = lease;
  return {
    ...lease,
    streamId,
    abandoned: row.status === 'running',
    topic: conversationTopics.of(row.conversationId),
    conversationId: row.conversationId,
    question: row.text,
  };
}

/**
 * Renews the lease.
 *
 * @returns whether the answer was cancelled.
 * @throws LeaseLost
 */
export async function renewLease({ table, clock }: Runtime, stream: LeasedStream): Promise<boolean> {
  const { ok, before } = await table.write({
    update: stream.key,
    set: { leaseExpiresAt: clock.now() + streamLeaseMs },
    if: stillMine(stream),
  });
  if (!ok) throw new LeaseLost();
  return before?.cancelled === true;
}

/** The function acts for its user. No client knows the `ref`. */
function callOf(
  runtime: Runtime,
  { owner }: LeasedStream,
  hash: string,
  ref: string,
): Call<typeof assistantContract> {
  return { runtime, principal: owner, ref, hash };
}

/** Commits `stream.start`: from here on the question is a turn of the conversation. @throws LeaseLost */
export async function commitStart(runtime: Runtime, stream: LeasedStream): Promise<void> {
  const { key, streamId, question, topic, row, leaseId } = stream;
  const request = callOf(runtime, stream, 'stream.start', row.startRef);
  await publish(request, {
    topic,
    rows: [key],
    decide: (state, [current], now) => {
      if (current?.leaseId !== leaseId) throw new LeaseLost();
      return {
        event: { type: 'stream.start', payload: { streamId, text: question } },
        state: {
          turns: withTurn(state.turns, { role: 'user', text: question }),
          stream: { streamId, text: '', idx: -1 },
        },
        answer: {},
        writes: [
          {
            update: key,
            set: { leaseExpiresAt: now + streamLeaseMs },
            if: stillMine(stream),
          },
        ],
      };
    },
  });
}

/**
 * Commits `stream.end` together with the end of the answer: there is one, and a conversation that has it
 * takes the next question.
 *
 * @param text the answer; absent, the text that was last stored.
 * @throws LeaseLost
 */
export async function commitEnd(
  runtime: Runtime,
  stream: LeasedStream,
  status: StreamStatus,
  text?: string,
): Promise<void> {
  const { key, streamId, question, topic, conversationId, owner, row, leaseId } = stream;
  const busy = awaitedKey(owner.tenant, conversationId);
  const underWay = underWayKey(streamWork, owner);
  const request = callOf(runtime, stream, 'stream.end', row.endRef);
  await publish(request, {
    topic,
    rows: [key, busy, underWay],
    decide: (state, [current, waiting, ofUser]) => {
      if (current?.leaseId !== leaseId) throw new LeaseLost();
      const begun = state.stream?.streamId === streamId ? state.stream : undefined;
      const asked = begun ? state.turns : withTurn(state.turns, { role: 'user', text: question });
      const answered = text ?? begun?.text ?? '';
      const turns = withTurn(asked, { role: 'assistant', text: answered, streamId, status });
      const isMine = { is: 'equal', attribute: 'streamId', value: streamId } as const;
      return {
        event: { type: 'stream.end', payload: { streamId, status, text: answered } },
        state: { turns },
        answer: {},
        writes: [
          {
            update: key,
            set: { status: 'ended' },
            remove: leaseAttributes,
            if: stillMine(stream),
          },
          ...(waiting?.streamId === streamId ? [{ delete: busy, if: isMine }] : []),
          ...endWrites(underWay, ofUser, streamId),
        ],
      };
    },
  });
}
