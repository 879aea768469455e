import type { Place, Subscribed, SubscribePayload } from './seat.ts';
import type { Position } from './tracker.ts';

/** A client in the snapshot of `client:*`. */
export interface ListedClient extends Position {
  readonly clientId: string;
}

export interface Members {
  /** Where each client's topic stands in this client, if it is followed. */
  position(clientId: string): Position | undefined;
  /** Whether somebody follows this client by itself: its events are not to be replaced by a state. */
  isFollowed(clientId: string): boolean;
  /** The topic is to begin at, or to jump to, this position. */
  place(clientId: string, at: Position): void;
  /** The topic has got further than we have. */
  told(clientId: string, head: Position): void;
}

/** `client:*`: it brings the events of all clients and has no numbers of its own, but a time (PROTOCOL.md 3.3, 3.4). */
export interface EveryClientPlace extends Place {
  /** When the list that we have was made: what `sync` asks with. Nothing before there is one. */
  readonly at: number | undefined;
  /** All clients were listed: one that is not among them has its first event yet to come. */
  readonly isComplete: boolean;
  /** `sync` named these as changed. @returns whether they are too many to ask for one by one. */
  changed(heads: ReadonlyMap<string, Position>, serverNow: number): boolean;
}

/** Up to so many clients are caught up event by event; when more are behind, their states are shorter. */
const mostRepairs = 20;
/** A function may have read this long before it signed its answer: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html */
const longestReadMs = 30_000;

/**
 * @param onJump states in the place of events: all clients (`first`), or those whose events were missed (`reset`).
 */
export function createEveryClientPlace(
  members: Members,
  onJump: (kind: 'first' | 'reset', clients: readonly ListedClient[]) => void,
): EveryClientPlace {
  let at: number | undefined;
  let isComplete = false;
  let listing: { at: number; cursor: string; clients: ListedClient[] } | undefined;

  function finish(listedAt: number, clients: readonly ListedClient[]) {
    at = Math.max(at ?? 0, listedAt);
    const behind = clients.filter((client) => isBehind(members.position(client.clientId), client));
    const isFirst = !isComplete;
    isComplete = true;
    if (isFirst) onJump('first', clients);
    const replaced = new Set(behind.filter(({ clientId }) => isReplaced(clientId, isFirst, behind.length)));
    if (!isFirst && replaced.size > 0) onJump('reset', [...replaced]);
    for (const client of behind) {
      if (replaced.has(client)) members.place(client.clientId, client);
      else members.told(client.clientId, client);
    }
  }

  /** Whether a client's state takes the place of its events. A client that appears later is asked for from its start. */
  function isReplaced(clientId: string, isFirst: boolean, count: number): boolean {
    if (isFirst) return !members.position(clientId);
    return count > mostRepairs && !members.isFollowed(clientId);
  }

  return {
    get at() {
      return at;
    },
    get isComplete() {
      return isComplete;
    },
    request: () => ({
      ...(isComplete && at !== undefined && { since: { at } }),
      ...(listing && { cursor: listing.cursor }),
    }),
    apply(answer: Subscribed, asked: SubscribePayload) {
      // A page of a list that was begun anew meanwhile, by another connection's hello.
      if (asked.cursor !== undefined && asked.cursor !== listing?.cursor) return !isComplete;
      const before = asked.cursor === undefined ? undefined : listing;
      const { clients = [], cursor } = (answer.snapshot ?? {}) as {
        clients?: ListedClient[];
        cursor?: string;
      };
      const all = [...(before?.clients ?? []), ...clients];
      const listedAt = before?.at ?? answer.at ?? 0;
      listing = cursor === undefined ? undefined : { at: listedAt, cursor, clients: all };
      if (!listing) finish(listedAt, all);
      return listing !== undefined;
    },
    changed(heads, serverNow) {
      const behind = [...heads].filter(([clientId, head]) => isBehind(members.position(clientId), head));
      if (behind.length > mostRepairs) return true;
      for (const [clientId, head] of behind) members.told(clientId, head);
      at = Math.max(at ?? 0, serverNow - longestReadMs);
      return false;
    },
    stop() {},
  };
}

const isBehind = (has: Position | undefined, head: Position) =>
  has === undefined || has.epoch !== head.epoch || has.seq < head.seq;
