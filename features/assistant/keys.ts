import { featureRows } from '../../core/keys.ts';
import { ownsConversation } from './conversation.ts';

/** An answer: what was asked, and how far it is. */
export const streamKey = featureRows('STREAM', {
  reads: ['userId'],
  isOfUser: (userId, _ids, row) => row.userId === userId,
}).key;

/** Which answer a conversation is waiting for: there is one at a time. */
export const awaitedKey = featureRows('ASKING', {
  isOfUser: (userId, [conversationId = '']) => ownsConversation({ userId }, conversationId),
}).key;
