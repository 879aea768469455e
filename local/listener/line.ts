import { Duplex } from 'node:stream';
import { type LineAddress, type Step, step } from './messages.ts';

/**
 * How much a socket is given that has not taken what it was given before: about what a kernel takes from a socket at once.
 * What waits beyond it counts as unsent, and with less a burst would make any client a slow one.
 */
const windowBytes = 2_000_000;

/** A connection whose socket is another thread's. It is to its reader and its writer what the socket would be. */
export class Line extends Duplex implements LineAddress {
  readonly remoteAddress: string | undefined;
  readonly remotePort: number | undefined;
  readonly localAddress: string | undefined;
  readonly localPort: number | undefined;
  readonly #tell: (step: Step, bytes?: Uint8Array) => void;
  /** The sizes of what the socket was given and has not taken, and their sum. */
  readonly #given: number[] = [];
  #givenBytes = 0;
  /** Called when there is room for more. */
  #onRoom: (() => void) | undefined;

  constructor(address: LineAddress, tell: (step: Step, bytes?: Uint8Array) => void) {
    super({ allowHalfOpen: true });
    this.remoteAddress = address.remoteAddress;
    this.remotePort = address.remotePort;
    this.localAddress = address.localAddress;
    this.localPort = address.localPort;
    this.#tell = tell;
  }

  /** What the other thread tells. */
  hear(told: Step, bytes: Buffer): void {
    if (this.destroyed) return;
    if (told === step.bytes) this.push(bytes);
    else if (told === step.taken) this.#taken();
    else if (told === step.ended) this.#ended();
    else if (told === step.failed) this.destroy(lineError(String(bytes)));
  }

  /** As a socket has it: what was written is sent, and then the line is gone. */
  destroySoon(): void {
    this.end();
    if (this.writableFinished) this.destroy();
    else this.once('finish', () => this.destroy());
  }

  override _read(): void {
    this.#tell(step.taken);
  }

  override _write(bytes: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#send(bytes, done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
    this.#send(Buffer.concat(chunks.map(({ chunk }) => chunk)), done);
  }

  override _final(done: () => void): void {
    this.#tell(step.ended);
    // Too large for any room: so it is done once it was taken itself.
    this.#give(windowBytes + 1, done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#tell(step.gone);
    done(error);
  }

  #send(bytes: Buffer, done: () => void): void {
    this.#tell(step.bytes, bytes);
    this.#give(bytes.length, done);
  }

  /** Done at once where there is room, as a socket's is: what was written before a `destroy` still goes out. */
  #give(size: number, done: () => void): void {
    this.#given.push(size);
    this.#givenBytes += size;
    if (this.#givenBytes <= windowBytes) done();
    else this.#onRoom = done;
  }

  #taken(): void {
    this.#givenBytes -= this.#given.shift() ?? 0;
    if (this.#givenBytes > windowBytes) return;
    const done = this.#onRoom;
    this.#onRoom = undefined;
    done?.();
  }

  /** Its end is told of even where nobody reads, as a socket's is. */
  #ended(): void {
    this.push(null);
    this.read(0);
  }
}

const lineError = (code: string): NodeJS.ErrnoException =>
  Object.assign(new Error(`the line failed: ${code}`), { code });
