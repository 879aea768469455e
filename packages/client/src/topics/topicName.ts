/** A topic as the wire names it (PROTOCOL.md 3.1). */
export function topicName(kind: string, id: string | undefined): string {
  if (id !== undefined) return `${kind}:${id}`;
  return kind === 'user' ? 'user:me' : kind;
}
