import type { Call } from '../../core/call.ts';
import { publish } from '../../core/delivery/publish.ts';
import type { Runtime } from '../../core/runtime.ts';
import type { Topic } from '../../core/topics.ts';
import { type Lease, LeaseLost, leaseAttributes, stillMine, takeLease } from '../../core/work/lease.ts';
import { endWrites, underWayKey } from '../../core/work/underWay.ts';
import type { WorkMessage, WorkRow } from '../../core/work/watch.ts';
import { type ConversationState, conversationTopics, type StreamStatus, withTurn } from './conversation.ts';
import { awaitedKey, streamKey } from './keys.ts';
import { streamWork } from './streamWork.ts';

/** How long an answer may go without a sign of life; while it is given, the lease is renewed each half second. */
export const streamLeaseMs = 60_000;

/** An answer as it is stored: that it is to be given, and to what. */
export interface StreamRow extends WorkRow {
  readonly conversationId: string;
  readonly text: string;
  readonly cancelled?: boolean;
  /** The `ref`s under which its start and its end are committed. */
  readonly startRef: string;
  readonly endRef: string;
  readonly ttl: number;
}

/** An answer that this invocation alone may give. */
export interface LeasedStream extends Lease<StreamRow> {
  readonly streamId: string;
  /** Whether somebody else began it and died. */
  readonly abandoned: boolean;
  readonly topic: Topic<ConversationState>;
  readonly conversationId: string;
  readonly question: string;
}

/** Takes an answer that nobody is at: one not begun, or one whose giver has shown no sign of life. */
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
 * Shows a sign of life.
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

/** The function asks in its user's name; the `ref` is one that no client knows. */
function callOf(runtime: Runtime, { owner }: LeasedStream, hash: string, ref: string): Call {
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
 * Commits `stream.end` together with the end of the answer: there is one, and a conversation that has it takes
 * the next question.
 *
 * @param text what was answered; absent, what of it was last written down.
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
