import type { WireEntry } from './entry.ts';
import type { WireSource } from './wireSource.ts';

/** What is saved of a wire: a file of JSON. Tokens are not in it, what people said is. */
export interface Recording {
  readonly format: typeof format;
  /** The stage's socket. */
  readonly url: string;
  /** Milliseconds since 1970. */
  readonly savedAt: number;
  /** Oldest first; their numbers count from 0. */
  readonly entries: readonly WireEntry[];
}

const format = 'tidings.wire.1';

/** All that a source still has. */
export function record(source: WireSource, url: string, savedAt: number): Recording {
  const { first, next } = source.getSnapshot();
  const entries: WireEntry[] = [];
  for (let number = first; number < next; number++) {
    const entry = source.entry(number);
    if (entry) entries.push({ ...entry, number: entries.length });
  }
  return { format, url, savedAt, entries };
}

/** @throws Error with a sentence that says what is wrong with it, and where. */
export function readRecording(text: string): Recording {
  const read = parse(text);
  if (!isFields(read) || read.format !== format) {
    throw new Error(`This is no recording: its "format" is not "${format}". Save one with "Save".`);
  }
  const { url, savedAt, entries } = read;
  if (typeof url !== 'string' || typeof savedAt !== 'number' || !Array.isArray(entries)) {
    throw new Error('This recording is damaged: "url", "savedAt" or "entries" is missing.');
  }
  return { format, url, savedAt, entries: entries.map(readEntry) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('This is no recording: it is not JSON.');
  }
}

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
const oneOf = (values: readonly string[]) => (value: unknown) => values.includes(String(value));
const isText = (value: unknown) => typeof value === 'string';
const isNumber = (value: unknown) => typeof value === 'number' && Number.isFinite(value);

type Rules = Readonly<Record<string, (value: unknown) => boolean>>;
const shared: Rules = { at: isNumber, socket: isNumber };
const rules: Readonly<Record<WireEntry['kind'], { readonly needed: Rules; readonly further: Rules }>> = {
  frame: {
    needed: { ...shared, direction: oneOf(['in', 'out']), text: isText, bytes: isNumber, name: isText },
    further: { topic: isText, ref: isText, seq: isNumber },
  },
  socket: {
    needed: { ...shared, event: oneOf(['opening', 'open', 'error', 'closed']) },
    further: { code: isNumber, reason: isText },
  },
};

function readEntry(entry: unknown, number: number): WireEntry {
  const { kind } = isFields(entry) ? entry : {};
  if (!isFields(entry) || (kind !== 'frame' && kind !== 'socket')) {
    throw new Error(`This recording is damaged: entry ${number} is neither a frame nor a socket's.`);
  }
  const { needed, further } = rules[kind];
  const wrong =
    Object.keys(needed).find((name) => !needed[name]?.(entry[name])) ??
    Object.keys(further).find((name) => entry[name] !== undefined && !further[name]?.(entry[name]));
  if (wrong !== undefined) {
    throw new Error(`This recording is damaged: "${wrong}" of entry ${number} is missing or wrong.`);
  }
  const known = ['kind', ...Object.keys(needed), ...Object.keys(further)];
  const kept = Object.fromEntries(Object.entries(entry).filter(([name]) => known.includes(name)));
  return { ...kept, number } as WireEntry;
}
