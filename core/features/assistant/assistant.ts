import { errorRules, ProtocolError, type Topic } from '@tidings/protocol';
import { type Asking, type Handler, on } from '../../call.ts';
import { commitRows } from '../../commitRows.ts';
import { type Connection, countable, topicAttribute } from '../../connections.ts';
import { keys } from '../../keys.ts';
import type { Runtime } from '../../runtime.ts';
import { join } from '../../subscribe.ts';
import { beginWatching, watchWrite } from '../../watch.ts';
import { beginWrites } from '../underWay.ts';
import { newConversationId, ownsConversation } from './conversation.ts';

const keptMs = 24 * 3_600_000;

/** The assistant: asked here, answered by a function of its own, which may take minutes. */
export const assistantHandlers: readonly Handler[] = [
  on('assistant.ask', async (call) => {
    const { runtime, principal, payload, connection } = call;
    const { tenant, userId } = principal;
    const conversationId = payload.conversationId ?? newConversationId(runtime.random.id(), userId);
    if (!ownsConversation(principal, conversationId)) {
      throw new ProtocolError('not_found', 'there is no such conversation of yours');
    }
    const conversation: Topic = { kind: 'conversation', id: conversationId };
    const streamId = runtime.random.id();
    const asking = keys.asking(tenant, conversationId);
    const underWay = keys.underWay(tenant, userId, 'stream');
    const now = runtime.clock.now();
    const ttl = Math.ceil((now + keptMs) / 1000);
    await beginWatching(runtime);
    const begun = { id: streamId, now, keptMs, max: runtime.settings.limits.answersPerUser };
    const answer = await commitRows(runtime, call, {
      rows: [asking, underWay],
      decide: ([busy, ofUser]) => {
        requireRoom(call, conversation);
        if (busy && (busy.at as number) > now - keptMs) {
          throw new ProtocolError('conflict', 'this conversation waits for an answer: cancel it, or wait');
        }
        const stream = {
          ...keys.stream(tenant, streamId),
          conversationId,
          userId,
          text: payload.text,
          status: 'queued',
          // Never told to anybody, so that no request of a client's can have used them.
          startRef: runtime.random.id(),
          endRef: runtime.random.id(),
          ttl,
        };
        return {
          answer: { conversationId, streamId },
          writes: [
            { put: stream, if: { is: 'absent' } },
            {
              put: { ...asking, streamId, at: now, ttl },
              if: {
                is: 'any',
                of: [{ is: 'absent' }, { is: 'below', attribute: 'at', value: now - keptMs + 1 }],
              },
            },
            watchWrite('stream', { tenant, id: streamId }, now),
            ...beginWrites(underWay, ofUser, begun),
          ],
        };
      },
    });
    // Before the answer can begin, so that none of it is missed; a repeat of the `ref` may come by another connection.
    if (connection) await follow(runtime, connection, { kind: 'conversation', id: answer.conversationId });
    try {
      await runtime.work.streams.send([{ tenant, id: answer.streamId }]);
    } catch (error) {
      // The question is taken on all the same: whoever looks after it sends the message again.
      runtime.reporter.report(error, { requestId: answer.streamId, what: 'queueing an answer' });
    }
    return answer;
  }),

  on('assistant.cancel', async (call) => {
    const { streamId } = call.payload;
    const { principal } = call;
    const key = keys.stream(principal.tenant, streamId);
    return commitRows<{ streamId: string; already?: true }>(call.runtime, call, {
      rows: [key],
      decide: ([stream]) => {
        // Who may not see an answer is not told that it exists.
        if (stream?.userId !== principal.userId) {
          throw new ProtocolError('not_found', 'there is no such answer of yours');
        }
        const { status } = stream;
        if (status === 'ended') return { answer: { streamId, already: true }, writes: [] };
        const unchanged = { is: 'equal', attribute: 'status', value: status as string } as const;
        return {
          answer: { streamId },
          writes: [{ update: key, set: { cancelled: true }, if: unchanged }],
        };
      },
    });
  }),
];

/**
 * Lets the asker hear the answer. A connection that cannot follow it any more, since it was closed or joined its last
 * topic meanwhile, does not change that the question was taken on: it is acknowledged, and its answer is in the log.
 *
 * @throws what passes: whoever asks again is asked to join again.
 */
async function follow(runtime: Runtime, connection: Connection, conversation: Topic): Promise<void> {
  try {
    await join(runtime, connection, [conversation]);
  } catch (error) {
    if (!(error instanceof ProtocolError) || errorRules[error.code].retryable) throw error;
  }
}

/** A question whose answer could not be followed is not taken on. */
function requireRoom({ connection, runtime }: Asking, conversation: Topic): void {
  const most = runtime.settings.limits.topicsPerConnection;
  if (!connection || countable(connection, connection.topics) < most) return;
  const isJoined = connection.topics.some((one) => topicAttribute(one) === topicAttribute(conversation));
  if (!isJoined) {
    throw new ProtocolError('limit_exceeded', `a connection may be subscribed to ${most} topics at most`);
  }
}
