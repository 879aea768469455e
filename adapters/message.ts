import type { Value } from '../core/ports.ts';

const MAX_BODY_BYTES = 256 * 1024;
const MAX_DELAY_SECONDS = 900;

/**
 * The whole seconds that a message waits, which is what SQS counts in. What is due already waits for nothing.
 * @throws RangeError above 15 minutes: cut short, the message would come before its time
 */
export function delaySeconds(delayMs: number): number {
  const seconds = Math.ceil(Math.max(0, delayMs) / 1000);
  if (!(seconds <= MAX_DELAY_SECONDS)) {
    throw new RangeError('a message is delayed by at most 15 minutes');
  }
  return seconds;
}

/** @throws RangeError above 256 KB. */
export function messageBody(body: Value | object): string {
  const text = JSON.stringify(body);
  if (Buffer.byteLength(text) > MAX_BODY_BYTES) throw new RangeError('a message is at most 256 KB');
  return text;
}
