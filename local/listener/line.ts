import { Duplex } from 'node:stream';
import { type LineAddress, type Step, step } from './messages.ts';

/** How much a socket is given that has not taken what it was given before: less than a kernel holds for one. */
const windowBytes = 65_536;

/** A connection whose socket is another thread's. It is to its reader and its writer what the socket would be. */
export class Line extends Duplex implements LineAddress {
  readonly remoteAddress: string | undefined;
  readonly remotePort: number | undefined;
  readonly localAddress: string | undefined;
  readonly localPort: number | undefined;
  readonly #tell: (step: Step, bytes?: Uint8Array) => void;
  /** How often the socket was given something that it has not taken, and since it last had taken all, how much. */
  #untaken = 0;
  #givenBytes = 0;
  /** Called when it has taken all. */
  #onTaken: (() => void) | undefined;

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
    this.#give(bytes, done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
    this.#give(Buffer.concat(chunks.map(({ chunk }) => chunk)), done);
  }

  override _final(done: () => void): void {
    this.#untaken += 1;
    this.#onTaken = done;
    this.#tell(step.ended);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#tell(step.gone);
    done(error);
  }

  /** Done at once where there is room, as a socket's is: what was written before a `destroy` still goes out. */
  #give(bytes: Buffer, done: () => void): void {
    this.#untaken += 1;
    this.#givenBytes += bytes.length;
    this.#tell(step.bytes, bytes);
    if (this.#givenBytes <= windowBytes) done();
    else this.#onTaken = done;
  }

  #taken(): void {
    this.#untaken -= 1;
    if (this.#untaken > 0) return;
    this.#givenBytes = 0;
    const done = this.#onTaken;
    this.#onTaken = undefined;
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
