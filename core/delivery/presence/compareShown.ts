import { createHash } from 'node:crypto';
import type { Known } from './comparePresence.ts';

/** What subscribers were last sent of what users show, as digests: the row would be large with all of it. */
export type Digests = readonly (readonly [userId: string, digest: string])[];

/** What a user shows that subscribers do not know yet. */
interface ShownChange {
  readonly userId: string;
  readonly data: unknown;
}

interface ComparedShown {
  readonly digests: Digests;
  readonly news: readonly ShownChange[];
  /** Not all had room: compare once more after this was sent. */
  readonly isCut: boolean;
}

/** With the names a frame stays below 32 KB. */
const maxFrameBytes = 30_000;

const digestOf = (json: string | undefined) =>
  json === undefined || json === 'null'
    ? undefined
    : createHash('sha256').update(json).digest('base64url').slice(0, 12);

/**
 * Compares what users show with what subscribers were sent.
 *
 * @param known who is known to be there after this update. Of a number nothing is shown.
 * @param shown the JSON that users show who are there.
 * @param names what else is in the frame; without names, subscribers ask who is there, and are answered with this too.
 */
export function compareShown(
  before: Digests,
  known: Known,
  present: ReadonlySet<string>,
  shown: ReadonlyMap<string, string>,
  names: object | undefined,
): ComparedShown {
  if (!('members' in known)) return { digests: [], news: [], isCut: false };
  const isAsked = names !== undefined && !('joined' in names);
  const sent = new Map(before);
  const digests: [string, string][] = [];
  const news: ShownChange[] = [];
  let left = maxFrameBytes - Buffer.byteLength(JSON.stringify(names ?? {}));
  let isCut = false;
  for (const [userId] of known.members) {
    const old = sent.get(userId);
    // Who is away for a moment still shows what it showed.
    const json = shown.get(userId);
    const now = present.has(userId) ? digestOf(json) : old;
    const one = { userId, data: now === undefined ? null : JSON.parse(json ?? 'null') };
    const bytes = now === old || isAsked ? 0 : Buffer.byteLength(JSON.stringify(one)) + 1;
    if (bytes > 0 && bytes > left) isCut = true;
    const kept = bytes > left ? old : now;
    if (kept !== undefined) digests.push([userId, kept]);
    if (bytes === 0 || bytes > left) continue;
    left -= bytes;
    news.push(one);
  }
  return { digests, news, isCut };
}
