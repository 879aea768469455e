import type { Journal } from '../journal.ts';

/** The frames of a batch, in their order; of anything else, itself. */
export function framesOf(text: string): string[] {
  const { type, payload } = JSON.parse(text) as { type?: string; payload?: { frames?: object[] } };
  return type === 'batch' ? (payload?.frames ?? []).map((frame) => JSON.stringify(frame)) : [text];
}

/** Notes what a device got: a frame, or each frame of a batch. @returns them, in their order. */
export function unpacked(journal: Journal, device: string, conn: string | undefined, text: string): string[] {
  const frames = framesOf(text);
  if (frames[0] !== text) journal.note('batch', { d: device, conn, frame: text });
  for (const frame of frames) journal.note('got', { d: device, conn, frame });
  return frames;
}
