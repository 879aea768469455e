import type { Journal } from '../journal.ts';

/** Notes what a device got: a frame, or each frame of a batch. @returns them, in their order. */
export function unpacked(journal: Journal, device: string, conn: string | undefined, text: string): string[] {
  const { type, payload } = JSON.parse(text) as { type?: string; payload?: { frames?: object[] } };
  const isBatch = type === 'batch';
  if (isBatch) journal.note('batch', { d: device, conn, frame: text });
  const frames = isBatch ? (payload?.frames ?? []).map((frame) => JSON.stringify(frame)) : [text];
  for (const frame of frames) journal.note('got', { d: device, conn, frame });
  return frames;
}
