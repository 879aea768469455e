import type { IncomingMessage } from 'node:http';

const empty = Buffer.alloc(0);

/**
 * Reads a request's body. `done` is called once: with the body, with `too-large` after the rest was read and thrown
 * away (so that a kept-alive connection stays usable), or with `aborted`.
 * A callback and no promise: this is part of every post.
 */
export function readBody(
  request: IncomingMessage,
  limitBytes: number,
  done: (body: Buffer | 'too-large' | 'aborted') => void,
): void {
  let first: Buffer = empty;
  let chunks: Buffer[] | undefined;
  let size = 0;
  let ended = false;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > limitBytes) chunks = undefined;
    else if (first === empty) first = chunk;
    else if (chunks) chunks.push(chunk);
    else chunks = [first, chunk];
  });
  request.on('end', () => {
    ended = true;
    if (size > limitBytes) done('too-large');
    else done(chunks ? Buffer.concat(chunks, size) : first);
  });
  request.on('close', () => {
    if (!ended) done('aborted');
  });
}
