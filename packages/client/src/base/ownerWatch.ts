import type { Client } from '../client.ts';

/** @returns a function that tells whether another user is signed in than when it was called before. Between two connections nobody knows. */
export function ownerWatch({ status }: Pick<Client, 'status'>): () => boolean {
  let owner: string | undefined;
  return () => {
    const { session } = status.getSnapshot();
    if (!session) return false;
    const before = owner;
    owner = JSON.stringify([session.tenant, session.userId]);
    return before !== undefined && before !== owner;
  };
}
