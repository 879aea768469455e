import { createHash } from 'node:crypto';
import type { Principal } from '../../core/principal.ts';
import { idleMs, topicKind } from '../../core/topics.ts';
import type { Turn } from './model.ts';

/** How an answer ended. */
export type StreamStatus = 'complete' | 'cancelled' | 'error';

/** One turn, and how an answer ended, for clients that missed the end. */
interface SaidTurn extends Turn {
  readonly streamId?: string;
  readonly status?: StreamStatus;
}

/** The state in the head of a `conversation:<id>` topic. */
export interface ConversationState {
  readonly turns: readonly SaidTurn[];
  /** The running answer, as far as it is stored: `idx` is the last piece in `text`, -1 before the first. */
  readonly stream?: { readonly streamId: string; readonly text: string; readonly idx: number };
}

const noConversation: ConversationState = { turns: [] };

/** Turns and an answer under way are shown together, in an answer of 30 KB. */
const maxTurnsBytes = 14_000;

/** Adds a turn, and drops the oldest that no longer fit. */
export function withTurn(turns: readonly SaidTurn[], turn: SaidTurn): readonly SaidTurn[] {
  let kept = [...turns, turn];
  while (kept.length > 1 && Buffer.byteLength(JSON.stringify(kept)) > maxTurnsBytes) kept = kept.slice(1);
  return kept;
}

/** The turns as a model takes them: no empty ones, and only who said what. */
export function turnsForModel(turns: readonly SaidTurn[]): readonly Turn[] {
  return turns.flatMap(({ role, text }) => (text === '' ? [] : [{ role, text }]));
}

/**
 * The part of a conversation's id after the last `-`: 132 bits of a digest, so that no two users have the
 * same.
 */
const ownerMark = (userId: string) => createHash('sha256').update(userId).digest('hex').slice(0, 33);

/** A conversation's id contains its owner, so that others are refused without a read. */
export function newConversationId(random: string, userId: string): string {
  return `${random}-${ownerMark(userId)}`;
}

export function ownsConversation({ userId }: Pick<Principal, 'userId'>, conversationId: string): boolean {
  return conversationId.endsWith(`-${ownerMark(userId)}`);
}

/** A conversation is its owner's alone. */
export const conversationTopics = topicKind<ConversationState>({
  name: 'conversation',
  maySubscribe: ownsConversation,
  isOfUser: (userId, id) => ownsConversation({ userId }, id),
  initial: noConversation,
  snapshot: ({ turns, stream }) => ({ turns, ...(stream && { stream }) }),
  keptUntilMs: (now) => now + idleMs,
});
