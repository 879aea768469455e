import { errorRules, ProtocolError } from '@tidings/protocol';
import type { Actions, Call, CallOf } from '../../core/call.ts';
import type { Connection } from '../../core/connections/connections.ts';
import { join, requireRoomFor } from '../../core/connections/subscribe.ts';
import { commitRows } from '../../core/log/commitRows.ts';
import type { Key, Row, Write } from '../../core/ports.ts';
import { codec } from '../../core/rows.ts';
import type { Runtime } from '../../core/runtime.ts';
import { acceptWork, queueWork } from '../../core/work/acceptWork.ts';
import type { assistantContract } from './contract.ts';
import { conversationTopics, newConversationId, ownsConversation } from './conversation.ts';
import { awaitedKey, streamKey } from './keys.ts';
import { streamCodec } from './streamRow.ts';
import { streamWork } from './streamWork.ts';

const { keptMs } = streamWork;

/** The assistant: asked here, answered by a function of its own, which may take minutes. */
export const assistantActions: Actions<typeof assistantContract> = {
  'assistant.ask': async (call) => {
    const { runtime, principal, connection } = call;
    const question = toQuestion(call);
    const { conversationId, streamId, at } = question;
    const work = { rules: streamWork, id: streamId, now: at };
    const answer = await acceptWork(call, work, {
      rows: [question.awaited],
      decide: ([awaited]) => {
        // A question is refused if the connection could not subscribe to its answer.
        if (connection) requireRoomFor(runtime, connection, conversationTopics.of(conversationId));
        requireNoneAwaited(awaited, at);
        return {
          answer: { conversationId, streamId },
          writes: [streamWrite(call, question), awaitedWrite(question)],
        };
      },
    });
    // Subscribe before the answer can begin, so that none of it is missed. A repeat of the `ref` may come
    // from another connection.
    if (connection) await follow(runtime, connection, answer.conversationId);
    await queueWork(runtime, streamWork, { tenant: principal.tenant, id: answer.streamId });
    return answer;
  },

  'assistant.cancel': async (call) => {
    const { streamId } = call.payload;
    const { principal } = call;
    const key = streamKey(principal.tenant, streamId);
    return commitRows<{ streamId: string; already?: true }>(call.runtime, call, {
      rows: [key],
      decide: ([row]) => {
        const stream = row && streamCodec.fromRow(row);
        // Without the right to see an answer, a user does not learn that it exists.
        if (stream?.userId !== principal.userId) {
          throw new ProtocolError('not_found', 'there is no such answer of yours');
        }
        const { status } = stream;
        if (status === 'ended') return { answer: { streamId, already: true }, writes: [] };
        const unchanged = { is: 'equal', attribute: 'status', value: status } as const;
        return {
          answer: { streamId },
          writes: [{ update: key, set: { cancelled: true }, if: unchanged }],
        };
      },
    });
  },
};

/** A question, and its conversation. */
interface Question {
  readonly conversationId: string;
  readonly streamId: string;
  readonly text: string;
  readonly at: number;
  /** The row with the answer that the conversation waits for. */
  readonly awaited: Key;
}

/** @throws ProtocolError `not_found`: a conversation is its owner's alone. */
function toQuestion({
  runtime,
  principal,
  payload,
}: CallOf<typeof assistantContract, 'assistant.ask'>): Question {
  const conversationId = payload.conversationId ?? newConversationId(runtime.random.id(), principal.userId);
  if (!ownsConversation(principal, conversationId)) {
    throw new ProtocolError('not_found', 'there is no such conversation of yours');
  }
  return {
    conversationId,
    streamId: runtime.random.id(),
    text: payload.text,
    at: runtime.clock.now(),
    awaited: awaitedKey(principal.tenant, conversationId),
  };
}

/** The answer that a conversation waits for. */
interface AwaitedRow {
  readonly streamId: string;
  readonly at: number;
  readonly ttl: number;
}
const awaitedCodec = codec<AwaitedRow>();

/** Stores the answer that is to be given. */
function streamWrite({ runtime, principal }: Call, { conversationId, streamId, text, at }: Question): Write {
  const stream = streamCodec.toRow(streamKey(principal.tenant, streamId), {
    status: 'queued',
    conversationId,
    userId: principal.userId,
    text,
    // These are never sent to a client, so no client's request can have used them.
    startRef: runtime.random.id(),
    endRef: runtime.random.id(),
    ttl: ttlOf(at),
  });
  return { put: stream, if: { is: 'absent' } };
}

/** Makes the conversation wait for its answer. */
const awaitedWrite = ({ awaited, streamId, at }: Question): Write => ({
  put: awaitedCodec.toRow(awaited, { streamId, at, ttl: ttlOf(at) }),
  if: { is: 'any', of: [{ is: 'absent' }, { is: 'below', attribute: 'at', value: at - keptMs + 1 }] },
});

const ttlOf = (at: number) => Math.ceil((at + keptMs) / 1000);

/** @throws ProtocolError `conflict`: a conversation takes one question at a time. */
function requireNoneAwaited(awaited: Row | undefined, now: number): void {
  if (awaited && awaitedCodec.fromRow(awaited).at > now - keptMs) {
    throw new ProtocolError('conflict', 'this conversation waits for an answer: cancel it, or wait');
  }
}

/**
 * Subscribes the user who asked to the answer. If the connection cannot subscribe (it was closed, or has as
 * many topics as allowed), the question is accepted all the same, and its answer is in the log.
 *
 * @throws errors that may pass: a repeat of the request tries to subscribe again.
 */
async function follow(runtime: Runtime, connection: Connection, conversationId: string): Promise<void> {
  try {
    await join(runtime, connection, [{ kind: 'conversation', id: conversationId }]);
  } catch (error) {
    if (!(error instanceof ProtocolError) || errorRules[error.code].retryable) throw error;
  }
}
