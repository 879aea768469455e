import { publish } from '../../core/delivery/publish.ts';
import type { Runtime } from '../../core/runtime.ts';
import type { Topic } from '../../core/topics.ts';
import {
  callOfWork,
  endWorkWrites,
  type Lease,
  renewalWrite,
  requireLease,
  takeLease,
} from '../../core/work/lease.ts';
import { underWayKey } from '../../core/work/underWay.ts';
import type { WorkMessage } from '../../core/work/watch.ts';
import type { assistantContract } from './contract.ts';
import { type ConversationState, conversationTopics, type StreamStatus, withTurn } from './conversation.ts';
import { awaitedKey } from './keys.ts';
import type { StreamRow } from './streamRow.ts';
import { streamWork } from './streamWork.ts';

/** An answer that only this invocation may give. */
export interface LeasedStream extends Lease<StreamRow> {
  /** Whether another function began it and died. */
  readonly abandoned: boolean;
  readonly topic: Topic<ConversationState>;
  readonly conversationId: string;
  readonly question: string;
}

/** Takes an answer that has not begun, or whose lease has ended. */
export async function leaseStream(runtime: Runtime, message: WorkMessage): Promise<LeasedStream | undefined> {
  const lease = await takeLease(runtime, streamWork, message);
  if (!lease) return undefined;
  const { row } = lease;
  return {
    ...lease,
    abandoned: row.status === 'running',
    topic: conversationTopics.of(row.conversationId),
    conversationId: row.conversationId,
    question: row.text,
  };
}

/** Commits `stream.start`: from here on the question is a turn of the conversation. @throws LeaseLost */
export async function commitStart(runtime: Runtime, stream: LeasedStream): Promise<void> {
  const { key, id: streamId, question, topic, row } = stream;
  const request = { ref: row.startRef, hash: 'stream.start' };
  await publish(callOfWork<typeof assistantContract>(runtime, stream, request), {
    topic,
    rows: [key],
    decide: (state, [current], now) => {
      requireLease(stream, current);
      return {
        event: { type: 'stream.start', payload: { streamId, text: question } },
        state: {
          turns: withTurn(state.turns, { role: 'user', text: question }),
          stream: { streamId, text: '', idx: -1 },
        },
        answer: {},
        writes: [renewalWrite(stream, now)],
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
  const { key, id: streamId, question, topic, conversationId, owner, row } = stream;
  const awaited = awaitedKey(owner.tenant, conversationId);
  const request = { ref: row.endRef, hash: 'stream.end' };
  await publish(callOfWork<typeof assistantContract>(runtime, stream, request), {
    topic,
    rows: [key, awaited, underWayKey(streamWork, owner)],
    decide: (state, [current, waiting, underWay]) => {
      requireLease(stream, current);
      const begun = state.stream?.streamId === streamId ? state.stream : undefined;
      const turnsBefore = begun ? state.turns : withTurn(state.turns, { role: 'user', text: question });
      const answered = text ?? begun?.text ?? '';
      const turns = withTurn(turnsBefore, { role: 'assistant', text: answered, streamId, status });
      const isMine = { is: 'equal', attribute: 'streamId', value: streamId } as const;
      return {
        event: { type: 'stream.end', payload: { streamId, status, text: answered } },
        state: { turns },
        answer: {},
        writes: [
          ...endWorkWrites(stream, { status: 'ended' }, underWay),
          ...(waiting?.streamId === streamId ? [{ delete: awaited, if: isMine }] : []),
        ],
      };
    },
  });
}
