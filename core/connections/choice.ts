import { isCollection, parseTopic, wireTopic } from '@tidings/protocol';
import type { App } from '../app.ts';
import { invalidField } from '../invalidField.ts';
import type { Principal } from '../principal.ts';
import { mayNotSubscribe, type Topic, type TopicCatalog } from '../topics.ts';

/** What a client says of what it wants and understands (PROTOCOL.md 1.4, 3.8). */
export interface Choice {
  /** The feeds that it wants, by their wire names. @default all of its own */
  readonly feeds?: readonly string[];
  /** Whether it understands batches. */
  readonly batch: boolean;
}

/** The choice in the address of a handshake. What it names besides feeds of its own brings nothing. */
export function choiceOf(query: Readonly<Record<string, string | undefined>>): Choice {
  const listed = (value: string) => value.split(',').filter((name) => name !== '');
  return {
    ...(query.feeds !== undefined && { feeds: listed(query.feeds) }),
    batch: asksForBatch(listed(query.features ?? '')),
  };
}

export const asksForBatch = (features: readonly string[] = []): boolean => features.includes('batch');

/** Whether a choice has a feed of its own in it. */
export const isChosen = (
  { feeds }: { readonly feeds?: readonly string[] | undefined },
  feed: Topic,
): boolean => feeds === undefined || feeds.includes(wireTopic(feed));

/**
 * The feeds that are joined for a choice. The tenant's is always among them, as `stats` counts its rows: not chosen, it
 * is muted.
 */
export const feedsFor = (
  { feedsOf }: TopicCatalog,
  who: Principal,
  choice: { readonly feeds?: readonly string[] | undefined },
): Topic[] => feedsOf(who).filter((feed) => feed.kind === 'tenant' || isChosen(choice, feed));

/**
 * The names among those that a `hello` wants which are no feeds of its own, each with the reason.
 *
 * @throws ProtocolError `validation_failed` for a name that is nobody's feed.
 */
export function notOwnFeeds(app: App, who: Principal, names: readonly string[] = []) {
  const own = new Set(app.feedsOf(who).map(wireTopic));
  return names.flatMap((name, index) => {
    if (own.has(name)) return [];
    const topic = parseTopic(name, who.userId);
    if (!topic || !isFeed(app, topic)) {
      throw invalidField(`payload.feeds.${index}`, `is no feed: yours are ${firstOf([...own])}`);
    }
    return { name, refused: mayNotSubscribe(topic) };
  });
}

const maxNamed = 5;

const firstOf = (names: readonly string[]): string =>
  names.length > maxNamed ? `${names.slice(0, maxNamed).join(', ')} and others` : names.join(', ');

/** Whether it is somebody's feed, as the contracts say. */
const isFeed = ({ contracts }: App, topic: Topic): boolean =>
  contracts.some(({ topics }) => {
    const declared = topics?.[topic.kind];
    return (isCollection(topic) ? declared?.all : declared)?.feedOf !== undefined;
  });
