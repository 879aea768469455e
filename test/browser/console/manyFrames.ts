import type { Page } from 'playwright-core';
import type { WireEntry } from '../../../console/src/wire/entry.ts';
import type { Recording } from '../../../console/src/wire/recording.ts';

/** A recording of a room's messages, a hundred a second. */
export function recordingOf(count: number): Recording {
  const entries = Array.from({ length: count }, (_, number): WireEntry => {
    const text = JSON.stringify({
      type: 'room.message',
      topic: 'room:lobby',
      seq: number + 1,
      payload: { number },
    });
    return {
      number,
      at: 1_790_000_000_000 + number * 10,
      socket: 1,
      kind: 'frame',
      direction: 'in',
      text,
      bytes: text.length,
      name: 'room.message',
      topic: 'room:lobby',
      seq: number + 1,
    };
  });
  return { format: 'tidings.wire.1', url: 'ws://127.0.0.1/', savedAt: 1_790_000_000_000, entries };
}

/** Opens a recording on the page of the wire, as who chooses its file does. */
export const openRecording = (page: Page, text: string): Promise<void> =>
  page
    .getByLabel('A recording to open')
    .setInputFiles({ name: 'recording.json', mimeType: 'application/json', buffer: Buffer.from(text) });
