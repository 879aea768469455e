import type { Condition, Key, Row } from '../../ports.ts';
import { codec } from '../../rows.ts';
import type { Runtime } from '../../runtime.ts';

/** In which what is published is gathered, to be posted as one: its holder closes it, reads the log, and posts. */
export interface WindowRow {
  /** Its holder, by a name that is used for this window alone. */
  readonly by: string;
  /** Where what is gathered begins: a number of the topic's log, or a time of the list of changes. It is only ever lowered. */
  readonly from: number;
  /** Of the log. */
  readonly epoch?: string;
  /** When its holder is to close it: milliseconds since 1970. */
  readonly until: number;
  readonly open: boolean;
  /** Only of one that is closed. */
  readonly ttl?: number;
}
const windowCodec = codec<WindowRow>();
/** What it is read by, among its readers. */
export const windowAttributes: readonly string[] = ['by', 'from', 'epoch', 'until', 'open'];
export const toWindow = (row: Row | undefined) => row && windowCodec.fromRow(row);

/** Where somebody's events begin. */
export type WindowStart = Pick<WindowRow, 'from' | 'epoch'>;

/** Who comes to a window, and what one of this kind is like. */
export interface Entry {
  /** Where the own events begin, which are committed. */
  readonly own: WindowStart;
  readonly lengthMs: number;
  /** By how much a window is lowered at most: more would send again what one before it has sent. */
  readonly reach: number;
  /** @param last the one before, if it is known. */
  readonly mayOpen: (last: WindowRow | undefined) => boolean;
  /** What was found among its readers. */
  readonly found: WindowRow | undefined;
  /** Whether that was read when its holder could find the own events. Otherwise one that was open may be over by then. */
  readonly isCurrent: boolean;
}

/** A window that is held here. */
export interface HeldWindow extends Pick<WindowRow, 'by' | 'from' | 'epoch' | 'until'> {
  /** No answer came: perhaps it was not opened. */
  readonly isUnsure?: true;
}

type Parts = Pick<Runtime, 'table' | 'clock' | 'random'>;

/** Longer than a slow write takes. Past its end by so much, a window's holder is taken for dead. */
const graceMs = 500;
/** What was left by one who died longer ago, `sync` has found. */
const maxOwedMs = 10_000;
/** A row that is closed is over, by any clock: 0.1.0 takes for a reader whatever is among them and has a time to come. */
const overSeconds = 3600;
/** Others who come at the same time change it in between. */
const maxTries = 5;

/**
 * Enters the window that is open, or opens one. To be asked only after the own events are committed: whoever holds it
 * reads the log after it is closed, and so finds all that was committed before somebody saw it open.
 *
 * @returns `joined`: its holder sends the own events too; or the window that is held now; or `none`.
 */
export async function enterWindow(
  parts: Parts,
  key: Key,
  entry: Entry,
): Promise<'joined' | 'none' | HeldWindow> {
  const { own, reach, mayOpen, found, isCurrent } = entry;
  const { table, clock } = parts;
  const isHeld = (row: WindowRow | undefined): row is WindowRow =>
    row?.open === true && clock.now() <= row.until + graceMs;
  let seen = found;
  if (isHeld(seen) && !isCurrent) seen = toWindow(await table.get(key));
  for (let tries = 0; tries < maxTries; tries++) {
    if (!isHeld(seen)) {
      if (!mayOpen(seen)) return 'none';
      const opened = await openWindow(parts, key, entry, seen);
      if ('until' in opened) return opened;
      seen = opened.found;
      continue;
    }
    if (seen.epoch !== own.epoch) return 'none';
    if (seen.from <= own.from) return 'joined';
    if (own.from < seen.from - reach) return 'none';
    const { ok, before } = await table.write({ update: key, set: { from: own.from }, if: isAs(seen) });
    if (ok) return 'joined';
    seen = toWindow(before);
  }
  return 'none';
}

/** @param seen none, a closed one, or one whose holder is dead. @returns what was found in its place, where another one was quicker. */
async function openWindow(
  { table, clock, random }: Parts,
  key: Key,
  { own, lengthMs }: Entry,
  seen: WindowRow | undefined,
): Promise<HeldWindow | { readonly found: WindowRow | undefined }> {
  const now = clock.now();
  const opened: WindowRow = {
    ...own,
    from: startOf(seen, own, now),
    by: random.id(),
    until: now + lengthMs,
    open: true,
  };
  try {
    const put = windowCodec.toRow(key, opened);
    const { ok, before } = await table.write({ put, if: seen ? isAs(seen) : { is: 'absent' } });
    const found = toWindow(before);
    // A write that was tried again meets what it wrote at first.
    return ok || found?.by === opened.by ? opened : { found };
  } catch {
    // Others may have seen it open, and count on it.
    return { ...opened, isUnsure: true };
  }
}

/** With what is owed by one who died with it open. */
function startOf(seen: WindowRow | undefined, { from, epoch }: WindowStart, now: number): number {
  const isOwed = seen?.open && seen.epoch === epoch && now <= seen.until + maxOwedMs;
  return isOwed ? Math.min(seen.from, from) : from;
}

const isAs = ({ by, from, open }: WindowRow): Condition => ({
  is: 'all',
  of: [
    { is: 'equal', attribute: 'by', value: by },
    { is: 'equal', attribute: 'from', value: from },
    { is: 'equal', attribute: 'open', value: open },
  ],
});

/**
 * Closes it.
 *
 * @returns where it begins; `taken` where another one has taken it over, and sends what is in it; `lost` where its row is
 * not there: the SDK sends again what it has no answer to, so it may be closed, and another one opened in its place.
 */
export async function closeWindow(
  { table, clock }: Parts,
  key: Key,
  { by, from, epoch }: HeldWindow,
): Promise<number | 'taken' | 'lost'> {
  const { ok, before } = await table.write({
    update: key,
    set: { open: false, ttl: Math.ceil(clock.now() / 1000) - overSeconds },
    if: { is: 'equal', attribute: 'by', value: by },
  });
  const found = toWindow(before);
  if (ok && found) return found.from;
  // What is owed begins no later than what it was opened with; what is opened after it is closed, later.
  return found && found.epoch === epoch && found.from <= from ? 'taken' : 'lost';
}
