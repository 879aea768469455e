import { isText } from '../base/incoming.ts';
import type { Subscribed, SubscribePayload } from './subscription.ts';

/** Collects the pages of a long snapshot (PROTOCOL.md 3.4). */
export interface Pages {
  /** Where the next page begins, while there is one. */
  readonly cursor: string | undefined;
  /** @returns all pages, if this one was the last. */
  add(page: Subscribed, asked: SubscribePayload): readonly Subscribed[] | undefined;
}

export function createPages(): Pages {
  let taken: Subscribed[] = [];
  let cursor: string | undefined;
  return {
    get cursor() {
      return cursor;
    },
    add(page, asked) {
      if (asked.cursor === undefined) taken = [];
      // A page of a list that was begun anew meanwhile, by another connection's hello.
      else if (asked.cursor !== cursor) return undefined;
      taken.push(page);
      const next = page.snapshot?.cursor;
      // One that leads to itself would be asked for again and again.
      cursor = isText(next) && next !== asked.cursor ? next : undefined;
      const isOfOne = taken.every(({ epoch }) => epoch === page.epoch);
      return cursor === undefined && isOfOne ? taken : undefined;
    },
  };
}

/** The snapshot that the pages are of: lists go on from page to page, all else is on each of them. */
export function joinPages(pages: readonly Subscribed[]): object | undefined {
  let joined: Record<string, unknown> | undefined;
  for (const { snapshot } of pages) {
    const before = joined;
    joined = snapshot && { ...snapshot };
    for (const name in before) {
      const earlier = before[name];
      if (joined && Array.isArray(earlier)) joined[name] = earlier.concat(joined[name]);
    }
  }
  return joined;
}
