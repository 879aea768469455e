import { expect, it } from 'vitest';
import type { Model } from '../model.ts';

/** What all models keep. Each is one that answers any question with some text. */
export function modelContract(make: () => Model): void {
  const question = { turns: [], text: 'Why?', signal: new AbortController().signal };

  it('answers piece by piece, and ends', async () => {
    const pieces: string[] = [];
    for await (const piece of make().stream(question)) pieces.push(piece);
    expect(pieces.length).toBeGreaterThan(1);
    expect(pieces.every((piece) => piece !== '')).toBe(true);
  });

  it('asks for no more once it is told to stop', async () => {
    const abort = new AbortController();
    let pieces = 0;
    const read = async () => {
      for await (const _ of make().stream({ ...question, signal: abort.signal })) {
        pieces++;
        abort.abort();
      }
    };
    await read().catch(() => {});
    expect(pieces).toBe(1);
  });
}
