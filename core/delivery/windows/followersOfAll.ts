import { inTime } from '../../deadline.ts';
import { listChange } from '../../log/changes.ts';
import type { Runtime } from '../../runtime.ts';
import { collectionOf, type Followers, readFollowers } from '../audience.ts';
import type { Sending } from './published.ts';

/**
 * For how long their readers are not read, so that an event is listed before: a write takes some 5 ms, and ten times that
 * is less than anybody notices. One that is slower holds up who is sent the event at once no longer.
 */
const listingMs = 50;

/** What is done with events in the list of changes. */
export interface Listing {
  /** When it was begun. */
  readonly at: number;
  readonly done: Promise<void>;
}

/** Who follows all topics of a kind as one. */
export interface FollowersOfAll extends Followers {
  /** Whether the own events were listed before these were read. */
  readonly isCurrent: boolean;
  /** Absent where nobody follows. */
  readonly listing: Listing | undefined;
}

/**
 * Reads who follows all topics of an event's kind, with their batch window, and lists the event if somebody does.
 *
 * Whoever enters the window has to have seen it open after the own event was listed. Where it is likely to be open, the
 * event is listed first, so that this read says it; else it would be looked at again.
 */
export async function readFollowersOfAll(
  runtime: Runtime,
  sending: Sending,
  { listFirst }: { readonly listFirst: boolean },
): Promise<FollowersOfAll> {
  const { tenant, topic } = sending.published;
  const collection = collectionOf(runtime, topic);
  if (!collection) return { subscribers: [], window: undefined, isCurrent: false, listing: undefined };
  const first = listFirst ? list(runtime, sending) : undefined;
  const isCurrent = first !== undefined && (await isDoneSoon(runtime, first));
  const followers = await readFollowers(runtime, tenant, collection);
  const listing = first ?? (followers.subscribers.length > 0 ? list(runtime, sending) : undefined);
  return { ...followers, isCurrent, listing };
}

function list(runtime: Runtime, { published: { tenant, topic }, range }: Sending): Listing {
  const at = runtime.clock.now();
  const done = listChange(runtime, tenant, topic, range, at);
  // Whoever waits for it hears of a failure; until then nobody may.
  done.catch(() => {});
  return { at, done };
}

/** Whether it is done within a short time, so that what is read then was read after it. */
const isDoneSoon = (runtime: Runtime, { done }: Listing): Promise<boolean> =>
  inTime(runtime, listingMs, () => done).then(
    () => true,
    () => false,
  );
