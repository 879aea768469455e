import { keys } from '../../keys.ts';
import type { LastSent, Runtime } from '../../runtime.ts';
import type { Followers } from '../audience.ts';
import { mayWait, type Published } from './published.ts';

/** Two events within so many lengths of a window are worth one. */
const worthLengths = 2;
/** For how long an environment takes a collection for busy that was. */
const busyMs = 10_000;
/** How many collections it remembers, and how many connections of them all: some 4 MB. */
const maxRemembered = 500;
const maxFollowers = 100_000;

type Parts = Pick<Runtime, 'lastSent' | 'clock' | 'settings'>;

const nameOf = ({ tenant, topic: { kind } }: Published) => keys.subscribers(tenant, { kind, id: '*' });

/** Whether what was so long ago makes a window of all topics of a kind worth while. */
export const isNear = ({ settings }: Pick<Runtime, 'settings'>, agoMs: number | undefined): boolean =>
  agoMs !== undefined && agoMs < worthLengths * settings.collectionBatchMs;

/**
 * Notes that this environment publishes for a collection that somebody follows, or that nobody does.
 *
 * @returns how long ago it last did, in milliseconds, if it remembers.
 */
export function noteSent(
  parts: Parts,
  published: Published,
  { subscribers, window }: Followers,
): number | undefined {
  const { lastSent, clock } = parts;
  const now = clock.now();
  const name = nameOf(published);
  const before = lastSent.get(name);
  lastSent.delete(name);
  let count = subscribers.length;
  for (const { followers } of lastSent.values()) count += followers.length;
  for (const [oldest, { at, followers }] of lastSent) {
    if (lastSent.size < maxRemembered && count <= maxFollowers && now - at < busyMs) break;
    lastSent.delete(oldest);
    count -= followers.length;
  }
  if (subscribers.length === 0) return undefined;
  const sinceMs = before && now - before.at;
  const isBusy = isNear(parts, sinceMs) || isNear(parts, window && now - window.until);
  const busyAt = isBusy ? now : before?.busyAt;
  const followers = subscribers.map(({ connectionId }) => connectionId);
  lastSent.set(name, { at: now, ...(busyAt !== undefined && { busyAt }), followers });
  return sinceMs;
}

/**
 * What this environment remembers of a collection for which there may be a window now: it published for it just before,
 * or found it busy lately. Nothing where these events would not wait in one.
 */
export function rememberedBusy(runtime: Runtime, published: Published): LastSent | undefined {
  const { lastSent, clock, settings } = runtime;
  if (!mayWait(runtime, published, settings.collectionBatchMs)) return undefined;
  const now = clock.now();
  const last = lastSent.get(nameOf(published));
  const wasBusy = last?.busyAt !== undefined && now - last.busyAt < busyMs;
  return last && (wasBusy || isNear(runtime, now - last.at)) ? last : undefined;
}
