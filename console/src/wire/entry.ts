/** One thing that happened on the wire, in the order in which it did. */
export type WireEntry = FrameEntry | SocketEntry;

interface AnyEntry {
  /** Its place in the recording: counts up, also where older ones are gone. */
  readonly number: number;
  /** Milliseconds since 1970 on this machine's clock. */
  readonly at: number;
  /** Which socket of the client's: they count from 1. */
  readonly socket: number;
}

/** A frame, in or out. */
export interface FrameEntry extends AnyEntry {
  readonly kind: 'frame';
  readonly direction: 'in' | 'out';
  /** As it was sent, but for a token in it. */
  readonly text: string;
  readonly bytes: number;
  /** What it is: the action of one that goes out, the type of one that comes in. */
  readonly name: string;
  readonly topic?: string;
  readonly ref?: string;
  readonly seq?: number;
}

/** What became of a socket. */
export interface SocketEntry extends AnyEntry {
  readonly kind: 'socket';
  readonly event: 'opening' | 'open' | 'error' | 'closed';
  readonly code?: number;
  readonly reason?: string;
}

const encoder = new TextEncoder();
const record = (value: unknown) => (typeof value === 'object' && value !== null ? value : {}) as Fields;
type Fields = Readonly<Record<string, unknown>>;

/** The frame of an entry; an empty object where it is no JSON. */
export function parseFrame(text: string): Fields {
  try {
    return record(JSON.parse(text));
  } catch {
    return {};
  }
}

/** What is shown of a frame in a line, and the frame without what nobody may see. */
export function readFrame(direction: 'in' | 'out', text: string): Omit<FrameEntry, keyof AnyEntry> {
  const frame = parseFrame(text);
  const { action, type, topic, ref, seq } = frame;
  return {
    kind: 'frame',
    direction,
    text: withoutToken(text, frame),
    bytes: encoder.encode(text).length,
    name: String((direction === 'out' ? action : type) ?? '(no name)'),
    ...(typeof topic === 'string' && { topic }),
    ...(typeof ref === 'string' && { ref }),
    ...(typeof seq === 'number' && { seq }),
  };
}

/** A recording is shown, copied and saved: the token of `auth` is in none of it. */
function withoutToken(text: string, frame: Fields): string {
  if (frame.action !== 'auth') return text;
  return JSON.stringify({ ...frame, payload: { ...record(frame.payload), token: '…' } });
}
