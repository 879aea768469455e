import { isPosition, isText, listOf } from '../base/incoming.ts';
import { createPages, joinPages } from './pages.ts';
import { isBehind, type Position } from './sequencer.ts';
import type { Place } from './subscription.ts';

/** A client in the snapshot of `client:*`. */
export interface ListedClient extends Position {
  readonly clientId: string;
}

const isListed = (client: ListedClient): boolean => isText(client.clientId) && isPosition(client);

/** The snapshot of `client:*`. */
export interface ClientList {
  readonly clients?: readonly ListedClient[];
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
  /** `sync` named nothing that we have not: the next one need not ask about the time before. */
  unchanged(serverNow: number): void;
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
  const pages = createPages();

  function finish(listedAt: number, clients: readonly ListedClient[]) {
    at = Math.max(at ?? 0, listedAt);
    const isFirst = !isComplete;
    isComplete = true;
    const behind = clients.filter((client) => isBehind(members.position(client.clientId), client));
    // Whose state takes the place of events. A client that appears later is asked for from its start.
    const isReplaced = ({ clientId }: ListedClient) =>
      isFirst ? !members.position(clientId) : behind.length > mostRepairs && !members.isFollowed(clientId);
    const replaced = new Set(behind.filter(isReplaced));
    if (isFirst) onJump('first', clients);
    else if (replaced.size > 0) onJump('reset', [...replaced]);
    for (const client of behind) members[replaced.has(client) ? 'place' : 'told'](client.clientId, client);
  }

  return {
    get at() {
      return at;
    },
    get isComplete() {
      return isComplete;
    },
    request: () => ({ since: isComplete ? { at } : undefined, cursor: pages.cursor }),
    apply(answer, asked) {
      const all = pages.add(answer, asked);
      if (!all) return true;
      const { clients } = (joinPages(all) ?? {}) as ClientList;
      finish(all[0]?.at ?? 0, listOf<ListedClient>(clients).filter(isListed));
      return false;
    },
    unchanged(serverNow) {
      at = Math.max(at ?? 0, serverNow - longestReadMs);
    },
  };
}
