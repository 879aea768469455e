import { connect, type Socket } from 'node:net';
import fc from 'fast-check';
import type { StackAddresses } from '../../support/localStack.ts';
import { type Fuzz, maxStackMs } from './fuzzRun.ts';

/** Bytes as somebody may put them on the wire after, or in the place of, a handshake. */
export interface Wire {
  /** Lines that the handshake is spoilt with; none: it is a good one. */
  readonly spoilt: readonly string[];
  readonly bytes: Uint8Array;
}

const frameBytes = fc
  .record({
    first: fc.nat(255),
    isMasked: fc.boolean(),
    length: fc.oneof(fc.nat(125), fc.constantFrom(126, 127)),
    extended: fc.uint8Array({ minLength: 8, maxLength: 8 }),
    payload: fc.uint8Array({ maxLength: 60 }),
  })
  .map(({ first, isMasked, length, extended, payload }) => {
    const more = length === 126 ? extended.subarray(0, 2) : length === 127 ? extended : [];
    const mask = isMasked ? [1, 2, 3, 4] : [];
    return Uint8Array.from([first, (isMasked ? 128 : 0) | length, ...more, ...mask, ...payload]);
  });

const line = fc.constantFrom(
  'Upgrade: h2c',
  'Connection: close',
  'Sec-WebSocket-Version: 99',
  'Sec-WebSocket-Version: abc',
  'Sec-WebSocket-Key: short',
  'Sec-WebSocket-Protocol: ,,,',
  'Sec-WebSocket-Protocol: bearer.\u00ff',
  'Sec-WebSocket-Extensions: permessage-deflate; x="',
  'Content-Length: 5',
  'Transfer-Encoding: chunked',
  'Origin: \u0001',
  `X: ${'x'.repeat(10_000)}`,
  'no colon',
);

export const wire: fc.Arbitrary<Wire> = fc.record({
  spoilt: fc.oneof(
    { weight: 4, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(line, { maxLength: 3 }) },
  ),
  bytes: fc.oneof(
    fc
      .array(frameBytes, { maxLength: 4 })
      .map((frames) => Uint8Array.from(frames.flatMap((one) => [...one]))),
    fc.uint8Array({ maxLength: 200 }),
  ),
});

/** Raw bytes against the gateway: it answers or closes, and goes on serving others. */
export function wireFuzz({ wsUrl, httpUrl }: StackAddresses, token: string): Fuzz<Wire> {
  const { hostname, port, pathname } = new URL(wsUrl);
  return {
    what: 'raw bytes',
    input: wire,
    maxMs: maxStackMs,
    judge: () => {
      let sent = 0;
      return async ({ spoilt, bytes }) => {
        const said = await send(
          connect(Number(port), hostname),
          [
            `GET ${pathname} HTTP/1.1`,
            `Host: ${hostname}`,
            'Connection: Upgrade',
            'Upgrade: websocket',
            'Sec-WebSocket-Version: 13',
            'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
            `Sec-WebSocket-Protocol: tidings.v1, bearer.${token}`,
            ...spoilt,
          ],
          bytes,
        );
        if (said.includes(token)) throw new Error('the token came back');
        if (/\bat .*\.ts|node:internal|TypeError|RangeError/.test(said))
          throw new Error(`foreign text: ${said}`);
        if (++sent % 50 === 0 && !(await fetch(`${httpUrl}/health`)).ok)
          throw new Error('it serves nobody any more');
      };
    },
  };
}

/** Says it all, then hangs up. @returns all that was answered, byte for byte as characters. */
function send(socket: Socket, head: readonly string[], bytes: Uint8Array): Promise<string> {
  return new Promise((resolve) => {
    let said = '';
    let isUpgraded = false;
    const finish = () => {
      if (isUpgraded) return;
      isUpgraded = true;
      socket.end(bytes);
    };
    socket.on('data', (chunk) => {
      said += chunk.toString('latin1');
      // The bytes go after the answer to the handshake, whatever it is.
      if (said.includes('\r\n\r\n')) finish();
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(said));
    socket.write(Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'));
  });
}
