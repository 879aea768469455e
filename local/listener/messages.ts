/** What the two threads tell each other of a connection. What both may tell means the same in both directions. */
export const step = {
  /** It is there. The bytes are its `LineAddress`. */
  opened: 0,
  /** It has these bytes. No more are told until they were taken. */
  bytes: 1,
  /** The bytes that were told last, or the end, have been taken. */
  taken: 2,
  /** No more bytes come. */
  ended: 3,
  /** Its line broke. The bytes are the error's code. */
  failed: 4,
  /** It is no more, or is to be no more. */
  gone: 5,
} as const;
export type Step = (typeof step)[keyof typeof step];

/** Which address a listener is to take. */
export interface Listening {
  readonly port: number;
  readonly host: string;
}

/** The number of the listener itself among the lines: it opens, fails and goes as they do. */
export const listenerLine = 0;

/** Who is at the two ends of a line, as a socket of Node's tells it. */
export interface LineAddress {
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
  readonly localAddress?: string | undefined;
  readonly localPort?: number | undefined;
}

export const addressBytes = ({ remoteAddress, remotePort, localAddress, localPort }: LineAddress): Buffer =>
  Buffer.from(JSON.stringify({ remoteAddress, remotePort, localAddress, localPort }));
export const readAddress = (bytes: Buffer): LineAddress => JSON.parse(String(bytes)) as LineAddress;

/** All that one thread had to tell, in its order. */
export interface Message {
  /** For each step, the step, the line's number, and how many of the bytes are its own. */
  readonly steps: Int32Array;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Tells a step. */
export type Tell = (step: Step, line: number, bytes?: Uint8Array) => void;

const noBytes = new Uint8Array(0);
const numbersAStep = 3;

/**
 * Gathers steps to one message: what a turn of the event loop has for a thousand connections is no dearer to hand over than
 * what it has for one.
 *
 * @param later calls back when all was told that is to go together
 */
export function outbox(send: (message: Message) => void, later: (run: () => void) => void): Tell {
  let steps: number[] = [];
  let parts: Uint8Array[] = [];
  function flush() {
    const message = { steps: Int32Array.from(steps), bytes: joined(parts) };
    steps = [];
    parts = [];
    send(message);
  }
  return (told, line, bytes = noBytes) => {
    if (steps.length === 0) later(flush);
    steps.push(told, line, bytes.length);
    if (bytes.length > 0) parts.push(bytes);
  };
}

/** In a buffer of their own: of one that is shared, all would be copied to the other thread. */
function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Calls back for each step of a message. */
export function eachStep(
  { steps, bytes }: Message,
  take: (step: Step, line: number, bytes: Buffer) => void,
): void {
  let at = 0;
  for (let index = 0; index < steps.length; index += numbersAStep) {
    const [told, line, length] = steps.subarray(index, index + numbersAStep) as unknown as [
      Step,
      number,
      number,
    ];
    take(told, line, Buffer.from(bytes.buffer, bytes.byteOffset + at, length));
    at += length;
  }
}
