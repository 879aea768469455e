import { errorRules, ProtocolError } from '@tidings/protocol';
import type { Actions, Call, CallOf } from '../../core/call.ts';
import type { Connection } from '../../core/connections/connections.ts';
import { join, requireRoomFor } from '../../core/connections/subscribe.ts';
import { commitRows } from '../../core/log/commitRows.ts';
import type { Condition, Key, Row, Write } from '../../core/ports.ts';
import { fromRow, toRow } from '../../core/rows.ts';
import type { Runtime } from '../../core/runtime.ts';
import { takeOn } from '../../core/work/underWay.ts';
import { beginWatching, queueOf, watchWrite } from '../../core/work/watch.ts';
import type { assistantContract } from './contract.ts';
import { conversationTopics, newConversationId, ownsConversation } from './conversation.ts';
import { awaitedKey, streamKey } from './keys.ts';
import { toStream, toStreamRow } from './streamLease.ts';
import { streamWork } from './streamWork.ts';

const { keptMs } = streamWork;

/** The assistant: asked here, answered by a function of its own, which may take minutes. */
export const assistantActions: Actions<typeof assistantContract> = {
  'assistant.ask': async (call) => {
    const { runtime, principal, connection } = call;
    const question = toQuestion(call);
    await beginWatching(runtime);
    const work = { rules: streamWork, id: question.streamId, now: question.at };
    const answer = await takeOn(call, work, {
      rows: [question.awaited],
      decide: ([busy]) => {
        // A question is refused if the connection could not subscribe to its answer.
        if (connection) requireRoomFor(runtime, connection, conversationTopics.of(question.conversationId));
        requireQuiet(busy, question.at);
        return {
          answer: { conversationId: question.conversationId, streamId: question.streamId },
          writes: questionWrites(call, question),
        };
      },
    });
    // Subscribe before the answer can begin, so that none of it is missed. A repeat of the `ref` may come
    // from another connection.
    if (connection) await follow(runtime, connection, answer.conversationId);
    try {
      await queueOf(runtime, streamWork).send([{ tenant: principal.tenant, id: answer.streamId }]);
    } catch (error) {
      // The question is accepted all the same. The search for stalled work sends the message again.
      runtime.reporter.report(error, { requestId: answer.streamId, what: 'queueing an answer' });
    }
    return answer;
  },

  'assistant.cancel': async (call) => {
    const { streamId } = call.payload;
    const { principal } = call;
    const key = streamKey(principal.tenant, streamId);
    return commitRows<{ streamId: string; already?: true }>(call.runtime, call, {
      rows: [key],
      decide: ([row]) => {
        const stream = row && toStream(row);
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

/**
 * The writes of a question: they store the answer to be given, plan a look at it, and make the conversation
 * wait for it.
 */
function questionWrites({ runtime, principal }: Call, question: Question): readonly Write[] {
  const { conversationId, streamId, text, at, awaited } = question;
  const { tenant, userId } = principal;
  const ttl = Math.ceil((at + keptMs) / 1000);
  const stream = toStreamRow(tenant, streamId, {
    conversationId,
    userId,
    text,
    // These are never sent to a client, so no client's request can have used them.
    startRef: runtime.random.id(),
    endRef: runtime.random.id(),
    ttl,
  });
  const isFree: Condition = {
    is: 'any',
    of: [{ is: 'absent' }, { is: 'below', attribute: 'at', value: at - keptMs + 1 }],
  };
  return [
    { put: stream, if: { is: 'absent' } },
    { put: toRow<AwaitedRow>(awaited, { streamId, at, ttl }), if: isFree },
    watchWrite(streamWork, { tenant, id: streamId }, at),
  ];
}

/** @throws ProtocolError `conflict`: a conversation takes one question at a time. */
function requireQuiet(busy: Row | undefined, now: number): void {
  if (busy && fromRow<AwaitedRow>(busy).at > now - keptMs) {
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
