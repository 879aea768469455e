import type { TestConnection } from './testSocket.ts';

/** The feeds of whoever is signed in: staff. */
const ownFeeds: readonly string[] = ['user:me', 'tenant', 'msp', 'client:*'];

/** Of its own feeds a connection is on those that its client names (PROTOCOL.md 1.4, 3.8). */
export function choose({ topics }: TestConnection, feeds: readonly string[] = ownFeeds): void {
  for (const feed of ownFeeds) {
    if (feeds.includes(feed)) topics.add(feed);
    else topics.delete(feed);
  }
}

/** What the address of a new connection asks for. */
export function readAddress(connection: TestConnection): void {
  const asked = new URL(connection.url).searchParams;
  choose(connection, asked.get('feeds')?.split(','));
  connection.batch = asksForBatch(asked.get('features')?.split(','));
}

export const asksForBatch = (features: readonly string[] = []): boolean => features.includes('batch');

/** The feeds that it is on, besides those that it asks for by themselves. */
export const otherFeeds = (
  { topics }: TestConnection,
  asked: readonly { readonly topic: string }[],
): { readonly topic: string }[] =>
  ownFeeds
    .filter((feed) => topics.has(feed) && !asked.some(({ topic }) => topic === feed))
    .map((topic) => ({ topic }));
