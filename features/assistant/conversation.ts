import { createHash } from 'node:crypto';
import type { Principal } from '../../core/principal.ts';
import { idleMs, topicKind } from '../../core/topics.ts';
import type { Turn } from './model.ts';

/** How an answer ended. */
export type StreamStatus = 'complete' | 'cancelled' | 'error';

/** What was said once, and of an answer what became of it: whoever missed its end learns of it here. */
export interface SaidTurn extends Turn {
  readonly streamId?: string;
  readonly status?: StreamStatus;
}

/** The state in the head of a `conversation:<id>` topic. */
export interface ConversationState {
  readonly turns: readonly SaidTurn[];
  /** The answer that is under way, as far as it was written down: `idx` is the last piece in `text`, -1 before the first. */
  readonly stream?: { readonly streamId: string; readonly text: string; readonly idx: number };
}

const noConversation: ConversationState = { turns: [] };

/** Turns and an answer under way are shown together, in an answer of 30 KB. */
const maxTurnsBytes = 14_000;

/** Adds a turn; the oldest ones go where they no longer fit. */
export function withTurn(turns: readonly SaidTurn[], turn: SaidTurn): readonly SaidTurn[] {
  let kept = [...turns, turn];
  while (kept.length > 1 && Buffer.byteLength(JSON.stringify(kept)) > maxTurnsBytes) kept = kept.slice(1);
  return kept;
}

/** The turns as a model takes them: none is empty, and none says more than who said what. */
export function turnsForModel(turns: readonly SaidTurn[]): readonly Turn[] {
  return turns.flatMap(({ role, text }) => (text === '' ? [] : [{ role, text }]));
}

/** What follows the last `-` of a conversation's id: 132 bits of a digest, so that no two users have the same. */
const ownerMark = (userId: string) => createHash('sha256').update(userId).digest('hex').slice(0, 33);

/** Whose a conversation is stands in its id, so that it takes no read to refuse everybody else. */
export function newConversationId(random: string, userId: string): string {
  return `${random}-${ownerMark(userId)}`;
}

export function ownsConversation({ userId }: Principal, conversationId: string): boolean {
  return conversationId.endsWith(`-${ownerMark(userId)}`);
}

/** A conversation is its owner's alone. */
export const conversationTopics = topicKind<ConversationState>({
  name: 'conversation',
  maySubscribe: ownsConversation,
  initial: noConversation,
  snapshot: ({ turns, stream }) => ({ turns, ...(stream && { stream }) }),
  keptUntilMs: (now) => now + idleMs,
});
