import { connect } from 'node:net';

/** What is used of a connection, as a socket of Node's has it. */
export interface Line {
  readonly writable: boolean;
  /** How many bytes were written that are still to be taken. */
  readonly writableLength: number;
  write(bytes: Buffer): unknown;
  destroy(): unknown;
  ref(): unknown;
  unref(): unknown;
  setNoDelay(isOn: true): unknown;
  setTimeout(ms: number): unknown;
  on(event: 'data', heard: (bytes: Buffer) => void): unknown;
  on(event: 'error', heard: (error: Error) => void): unknown;
  on(event: 'timeout' | 'end' | 'close', heard: () => void): unknown;
}

/** Opens a connection without TLS, which only a laptop has. Its stack puts a way of its own in the place of this one. */
export const dial = (host: string, port: number): Line => connect({ host, port });
