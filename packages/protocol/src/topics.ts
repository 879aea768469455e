/** The topics of the wire, without their tenant: that comes from the token alone. */
export type Topic =
  | { readonly kind: 'user' | 'client' | 'room' | 'queue' | 'conversation'; readonly id: string }
  | { readonly kind: 'tenant' | 'msp' | 'clients' };

export type TopicKind = Topic['kind'];

/** What an id in a topic or a payload may be. */
export const idPattern = /^[A-Za-z0-9_-]{1,64}$/;

/** How long a user's id may be, percent-encoded: 512 Latin letters or 56 Chinese ones. */
export const maxUserIdLength = 512;

/**
 * Whether a text is well-formed and, percent-encoded, not too long to be a part of a key. One with U+0000 is no name,
 * so that the server has names of its own that no token and no frame can give.
 */
export function isName(text: string, mostEncoded: number): boolean {
  try {
    return text !== '' && !text.includes('\0') && encodeURIComponent(text).length <= mostEncoded;
  } catch {
    // Half a surrogate pair.
    return false;
  }
}

/** Whether a text is `YYYY-MM-DD` and a day that exists (2025-02-30 does not). */
export function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}

/**
 * Reads a topic as a client names it. `user:me` becomes the topic of the user who asks.
 *
 * @returns nothing when the text is no topic, or a queue's date does not exist.
 */
export function parseTopic(text: string, userId: string): Topic | undefined {
  if (text === 'user:me') return { kind: 'user', id: userId };
  if (text === 'tenant' || text === 'msp') return { kind: text };
  if (text === 'client:*') return { kind: 'clients' };
  const colon = text.indexOf(':');
  if (colon < 0) return undefined;
  const kind = text.slice(0, colon);
  const id = text.slice(colon + 1);
  if (kind === 'queue') return isDate(id) ? { kind, id } : undefined;
  if (kind !== 'client' && kind !== 'room' && kind !== 'conversation') return undefined;
  return idPattern.test(id) ? { kind, id } : undefined;
}

/** A topic as the wire names it. Whose feed `user:me` is goes without saying: only its user gets its frames. */
export function wireTopic(topic: Topic): string {
  switch (topic.kind) {
    case 'user':
      return 'user:me';
    case 'tenant':
    case 'msp':
      return topic.kind;
    case 'clients':
      return 'client:*';
    default:
      return `${topic.kind}:${topic.id}`;
  }
}
