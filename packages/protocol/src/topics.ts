/**
 * A topic of the wire, without its tenant: that comes from the token alone. A feed that all share has no id; `*` stands
 * for all topics of the kind.
 */
export interface Topic {
  readonly kind: string;
  readonly id?: string;
}

/** What the kind of a topic may be called. */
export const kindPattern = /^[a-z][a-z0-9-]{0,31}$/;

/** What an id in a topic or a payload may be. */
export const idPattern = /^[A-Za-z0-9_-]{1,64}$/;

/** How long a user's id may be, percent-encoded: 512 Latin letters or 56 Chinese ones. */
export const maxUserIdLength = 512;

/**
 * Whether a text is well-formed and, percent-encoded, not too long to be a part of a key. One with U+0000 is no name,
 * so that the server has names of its own that no token and no frame can give.
 */
export function isName(text: string, maxEncoded: number): boolean {
  try {
    return text !== '' && !text.includes('\0') && encodeURIComponent(text).length <= maxEncoded;
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

/** Whether it stands for all topics of its kind. A user may be called `*`. */
export const isCollection = ({ kind, id }: Topic): boolean => id === '*' && kind !== 'user';

/**
 * Reads a topic as a client names it. `user:me` becomes the topic of the user who asks. Whether there is such a kind,
 * and what its ids may be, is for the server to say.
 *
 * @returns nothing when the text cannot be a topic.
 */
export function parseTopic(text: string, userId: string): Topic | undefined {
  if (text === 'user:me') return { kind: 'user', id: userId };
  const colon = text.indexOf(':');
  const kind = colon < 0 ? text : text.slice(0, colon);
  if (!kindPattern.test(kind) || kind === 'user') return undefined;
  return colon < 0 ? { kind } : { kind, id: text.slice(colon + 1) };
}

/** A topic as the wire names it. Whose feed `user:me` is goes without saying: only its user gets its frames. */
export function wireTopic({ kind, id }: Topic): string {
  if (kind === 'user') return 'user:me';
  return id === undefined ? kind : `${kind}:${id}`;
}
