import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Sockets } from '../core/ports.ts';

export interface SocketsUnderTest {
  readonly sockets: Sockets;
  open(connectionId: string): void;
  /** The socket vanishes without a close. */
  drop(connectionId: string): void;
  /** The client behind the socket reads nothing: the next post does not fit into its buffer. */
  fill(connectionId: string): void;
  /** The next post to it fails for a reason that is none of the three outcomes. */
  fail(connectionId: string): void;
  frames(connectionId: string): readonly string[];
  stop(): Promise<void>;
}

/** Tests for all sockets. */
export function socketsContract(make: () => Promise<SocketsUnderTest>): void {
  const ID = 'BFaT_fALIAMCKug=';
  let test: SocketsUnderTest;
  beforeEach(async () => {
    test = await make();
  });
  afterEach(() => test.stop());

  it('a posted frame reaches its socket as it was, and no other', async () => {
    test.open(ID);
    test.open('other=');
    const frame = JSON.stringify({ text: 'grüße 👋\n"' });
    expect(await test.sockets.post(ID, frame)).toBe('delivered');
    expect(await test.sockets.post(ID, 'second')).toBe('delivered');
    expect(test.frames(ID)).toEqual([frame, 'second']);
    expect(test.frames('other=')).toEqual([]);
  });

  it('a socket that was never there, has vanished or was closed is gone', async () => {
    expect(await test.sockets.post(ID, 'x')).toBe('gone');
    test.open(ID);
    test.drop(ID);
    expect(await test.sockets.post(ID, 'x')).toBe('gone');
    test.open('closed=');
    await test.sockets.close('closed=');
    expect(await test.sockets.post('closed=', 'x')).toBe('gone');
    expect(test.frames('closed=')).toEqual([]);
  });

  it('an id that could never have been one is gone, not an error', async () => {
    for (const id of ['no such id!', '../../prod/@connections/x=', 'ü']) {
      expect(await test.sockets.post(id, 'x')).toBe('gone');
      expect(await test.sockets.probe(id)).toBe('gone');
      expect(await test.sockets.close(id)).toBe('gone');
    }
  });

  it('a client that does not keep up is behind, and gets the next frame once it does', async () => {
    test.open(ID);
    test.fill(ID);
    expect(await test.sockets.post(ID, 'lost')).toBe('behind');
    expect(await test.sockets.post(ID, 'next')).toBe('delivered');
    expect(test.frames(ID)).toEqual(['next']);
  });

  it('closing returns whether there was something to close', async () => {
    test.open(ID);
    expect(await test.sockets.close(ID)).toBe('closed');
    expect(await test.sockets.close(ID)).toBe('gone');
  });

  it('a probe returns whether the socket is open', async () => {
    expect(await test.sockets.probe(ID)).toBe('gone');
    test.open(ID);
    expect(await test.sockets.probe(ID)).toBe('open');
    test.drop(ID);
    expect(await test.sockets.probe(ID)).toBe('gone');
  });

  it('a frame above 128 KB is an error, and the socket stays', async () => {
    test.open(ID);
    await expect(test.sockets.post(ID, 'x'.repeat(128 * 1024 + 1))).rejects.toThrow();
    expect(await test.sockets.post(ID, 'x'.repeat(128 * 1024))).toBe('delivered');
  });

  it('any other failure is thrown and never taken for a lost connection', async () => {
    test.open(ID);
    test.fail(ID);
    await expect(test.sockets.post(ID, 'x')).rejects.toThrow();
    expect(await test.sockets.post(ID, 'x')).toBe('delivered');
  });
}
