/** What a page has of memory after its garbage was collected. */
export interface PageMemory {
  /** Of JavaScript's heap. */
  readonly bytes: number;
  readonly nodes: number;
  readonly listeners: number;
}

export interface Watched {
  /** With the wire's ring emptied: after the warm-up, and at the end. */
  readonly before: PageMemory;
  readonly after: PageMemory;
  /** At the end, with what the ring keeps. */
  readonly full: PageMemory;
  /** Events that came in between. */
  readonly events: number;
  /** Frames that the ring keeps at the end, and what they have in bytes as they came. */
  readonly kept: number;
  readonly keptBytes: number;
}

/**
 * What may stay of an event that the ring no longer has, in bytes. The least that could is an object with its place
 * in a list, which takes more.
 */
const maxLeftPerEvent = 24;

/** What an entry of the ring may take beside its frame's text: its fields, its place and the heads of its strings. */
const maxBesideText = 400;

/** Rows come and go while a list moves; one element that is left behind each second would be hundreds of them. */
const maxMore = 200;

/** Bytes that stay of an event, and that are kept with a frame. */
export const leftPerEvent = ({ before, after, events }: Watched) => (after.bytes - before.bytes) / events;
export const perKeptFrame = ({ full, after, kept }: Watched) => (full.bytes - after.bytes) / kept;

/** What has grown that should not, in words. */
export function growthOf(watched: Watched): string[] {
  const { before, after, kept, keptBytes } = watched;
  const found = [
    ['bytes are left of an event', leftPerEvent(watched), maxLeftPerEvent],
    ['bytes beside its text are kept with a frame', perKeptFrame(watched) - keptBytes / kept, maxBesideText],
    ['DOM nodes more', after.nodes - before.nodes, maxMore],
    ['listeners more', after.listeners - before.listeners, maxMore],
  ] as const;
  return found.flatMap(([what, is, max]) =>
    is <= max ? [] : [`${Math.round(is)} ${what}, of at most ${max}`],
  );
}
