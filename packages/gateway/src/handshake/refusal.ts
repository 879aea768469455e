import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { newId } from '../ids.ts';

/** An answer to a handshake that is not 101. */
export interface Refusal {
  status: number;
  body: string;
  contentType?: string | undefined;
  /** Further header lines. */
  headers?: readonly string[];
}

/** A refusal in API Gateway's own words. */
export function refusal(status: number, message: string): Refusal {
  return { status, body: JSON.stringify({ message }) };
}

/** Answers a handshake with a refusal and ends the socket. */
export function refuse(
  socket: Duplex,
  { status, body, contentType = 'application/json', headers = [] }: Refusal,
): void {
  // Header values come from a function's answer; a line break in one would write headers of its own.
  const type = contentType.replace(/[^\x20-\x7e]/g, '');
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    `Date: ${new Date().toUTCString()}`,
    `Content-Type: ${type}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    `x-amzn-RequestId: ${newId()}`,
    ...headers,
    'Connection: close',
  ];
  socket.once('finish', () => socket.destroy());
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
