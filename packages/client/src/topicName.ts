const withoutId: Readonly<Record<string, string>> = {
  user: 'user:me',
  tenant: 'tenant',
  msp: 'msp',
  'client:*': 'client:*',
};

/** A topic as the wire names it (PROTOCOL.md 3.1). */
export function topicName(kind: string, id: string | undefined): string {
  return id === undefined ? (withoutId[kind] ?? kind) : `${kind}:${id}`;
}
