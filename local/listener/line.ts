import { Duplex } from 'node:stream';
import { type LineAddress, type Step, step } from './messages.ts';

/** A connection whose socket is another thread's. It is to its reader and its writer what the socket would be. */
export class Line extends Duplex implements LineAddress {
  readonly remoteAddress: string | undefined;
  readonly remotePort: number | undefined;
  readonly localAddress: string | undefined;
  readonly localPort: number | undefined;
  readonly #tell: (step: Step, bytes?: Uint8Array) => void;
  /** Called when the socket has taken what it was given. */
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
    this.#onTaken = done;
    this.#tell(step.bytes, bytes);
  }

  override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
    this.#onTaken = done;
    this.#tell(step.bytes, Buffer.concat(chunks.map(({ chunk }) => chunk)));
  }

  override _final(done: () => void): void {
    this.#onTaken = done;
    this.#tell(step.ended);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#tell(step.gone);
    done(error);
  }

  #taken(): void {
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
