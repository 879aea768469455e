import { EventEmitter } from 'node:events';
import { STATUS_CODES } from 'node:http';
// Not the global one, which tests replace.
import { setImmediate } from 'node:timers';
import type { ManagementAnswer, ReadRequest, WebSocketGateway } from '@tidings/gateway';
import type { Line } from '../../adapters/apigateway/dial.ts';
import type { Post, PostReader } from './readPost.ts';

/**
 * A connection of a function to its stack's own server that never leaves the process: most of what a post to oneself costs
 * is the way through the kernel, to and fro, and Node's server behind it. What is sent on it is what goes by the network
 * elsewhere, to the byte, and is judged alike. It carries posts as the functions' pool writes them, one at a time; at
 * anything else it breaks, and its sender then asks by the network.
 */
export class PostLine extends EventEmitter implements Line {
  /** Those with a post that is still to be read. */
  static readonly #written: PostLine[] = [];

  destroyed = false;
  /** What is not read yet has no answer, and until then nothing else is written. */
  readonly writableLength = 0;
  readonly #read: PostReader;
  readonly #post: WebSocketGateway['manageRead'];
  #sent: Buffer = noBytes;
  #idleMs = 0;
  #idle: NodeJS.Timeout | undefined;
  #activeAt = performance.now();

  /** @param read knows the posts of all lines of the same sender: they are alike */
  constructor(read: PostReader, post: WebSocketGateway['manageRead']) {
    super();
    this.#read = read;
    this.#post = post;
  }

  get writable(): boolean {
    return !this.destroyed;
  }

  /**
   * It is read when this turn of the event loop ends, as are the others of this turn. To read and judge each while the next
   * one is still to be signed takes a tenth more of the processor's time, whose caches hold the code of one step and not of all.
   */
  write(bytes: Buffer): void {
    this.#activeAt = performance.now();
    this.#sent = bytes;
    if (PostLine.#written.push(this) === 1) setImmediate(PostLine.#readAll);
  }

  static readonly #readAll = (): void => {
    for (const line of PostLine.#written.splice(0)) line.#readSent();
  };

  #readSent(): void {
    if (this.destroyed) return;
    const read = this.#read(this.#sent);
    if (!read || !this.#post(this.#asked(read), this.#answered))
      this.destroy(new Error('a post has another form than those of the pool'));
  }

  /** Each by its name: a spread takes longer, and leaves six times as much to be collected. */
  #asked({ method, target, headers, body }: Post): ReadRequest {
    return { method, target, headers, body, line: this };
  }

  destroy(error?: Error): void {
    if (this.destroyed) return;
    this.destroyed = true;
    clearTimeout(this.#idle);
    // As a socket does, which tells of nothing within the call.
    process.nextTick(() => {
      if (error) this.emit('error', error);
      this.emit('close');
    });
  }

  setTimeout(ms: number): void {
    this.#idleMs = ms;
    this.#activeAt = performance.now();
    this.#watch(ms);
  }

  // Nothing here keeps a process alive, or is sent later than it is written.
  ref(): void {}
  unref(): void {}
  setNoDelay(): void {}

  readonly #answered = (answer: ManagementAnswer): void => {
    if (this.destroyed) return;
    this.#activeAt = performance.now();
    this.emit('data', asBytes(answer));
  };

  /** To move a timer with each post would cost more than to look when it fires. */
  #watch(ms: number): void {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => {
      const leftMs = this.#activeAt + this.#idleMs - performance.now();
      if (leftMs > 0) this.#watch(leftMs);
      else this.emit('timeout');
    }, ms).unref();
  }
}

const noBytes = Buffer.alloc(0);

function asBytes({ status, headers, body = '' }: ManagementAnswer): Buffer {
  let head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n`;
  for (const name in headers) head += `${name}: ${headers[name]}\r\n`;
  return Buffer.from(`${head}\r\n${body}`);
}
