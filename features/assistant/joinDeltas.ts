import type { Clock } from '../../core/ports.ts';

interface Joining {
  /** Pieces that come within this time of the last text are joined. */
  readonly joinMs: number;
  /** After this long without a piece, an empty text is sent as a sign of life. */
  readonly beatMs: number;
}

/**
 * Joins the pieces of a model into texts worth a frame each: the first at once, then one each `joinMs`. It
 * reads on while its reader is busy, so a slow reader gets fewer and longer texts.
 */
export async function* joinDeltas(
  pieces: AsyncIterable<string>,
  clock: Clock,
  { joinMs, beatMs }: Joining,
): AsyncGenerator<string> {
  const read = readAll(pieces);
  let dueAt = clock.now();
  for (;;) {
    const beatAt = clock.now() + beatMs;
    for (;;) {
      const nextAt = read.waiting === '' ? beatAt : dueAt;
      if (read.ended || clock.now() >= nextAt) break;
      await Promise.race([read.changed(), clock.wait(nextAt - clock.now())]);
    }
    const text = read.waiting;
    read.waiting = '';
    if (text !== '') dueAt = clock.now() + joinMs;
    else if (read.ended) break;
    yield text;
  }
  if (read.ended && 'failure' in read.ended) throw read.ended.failure;
}

interface Reading {
  /** The pieces that have not been read yet. */
  waiting: string;
  ended: { readonly failure?: unknown } | undefined;
  /** Resolves when a piece comes, or the end. */
  changed(): Promise<void>;
}

function readAll(pieces: AsyncIterable<string>): Reading {
  let wake = () => {};
  const reading: Reading = {
    waiting: '',
    ended: undefined,
    changed: () =>
      new Promise((resolve) => {
        wake = resolve;
      }),
  };
  const end = (ended: { readonly failure?: unknown }) => {
    reading.ended = ended;
    wake();
  };
  const read = async () => {
    for await (const piece of pieces) {
      reading.waiting += piece;
      if (piece !== '') wake();
    }
  };
  read().then(
    () => end({}),
    (failure: unknown) => end({ failure }),
  );
  return reading;
}
