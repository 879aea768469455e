import { type ClientFeature, type ConversationSnapshot, listOf, type Turn } from '@tidings/client';

interface ConversationEvent {
  readonly type: string;
  readonly payload: { readonly streamId: string; readonly text: string };
}

/** A question begins an answer, and the end of the answer brings all of it. Its pieces are in no log. */
function foldConversation(
  snapshot: ConversationSnapshot,
  { type, payload }: ConversationEvent,
): ConversationSnapshot {
  const turns = listOf<Turn>(snapshot.turns);
  if (type === 'stream.end') return { turns: [...turns, { role: 'assistant', ...payload }] };
  if (type !== 'stream.start') return snapshot;
  const { streamId, text } = payload;
  return { turns: [...turns, { role: 'user', text }], stream: { streamId, text: '', idx: -1 } };
}

/** Conversations with the assistant. A question also subscribes to its conversation. */
export const assistant: ClientFeature = {
  topics: { conversation: { fold: foldConversation } },
  joins: { 'assistant.ask': ({ conversationId }) => conversationId && `conversation:${conversationId}` },
};
