import { expect, test } from 'vitest';
import { addressOf, named, sdk, signed } from '../conformance/managementCalls.ts';
import { withRig } from '../conformance/rig.ts';
import type { PostFault } from './index.ts';

/** A gateway on which posts go wrong in one way. */
const posts = (fault: PostFault, test: Parameters<typeof withRig>[1]) =>
  withRig({ faults: { post: () => fault } }, test);

test('a post can find a live connection gone', () =>
  posts('gone', async (rig) => {
    const client = await rig.open();
    await expect(sdk(rig).post(client.connectionId)).rejects.toMatchObject(named('GoneException', 410));
    expect(await client.ask({ action: 'echo' })).toContain('echo');
    expect(client.frames.all).toHaveLength(1);
    expect(rig.gateway.postCount()).toBe(0);
  }));

test('a post can be throttled', () =>
  posts('throttled', async (rig) => {
    const { connectionId } = await rig.open();
    await expect(sdk(rig).post(connectionId)).rejects.toMatchObject(named('LimitExceededException', 429));
  }));

test('a post can find its client too slow', () =>
  posts('buffer-full', async (rig) => {
    const client = await rig.open();
    const refused = sdk(rig).post(client.connectionId);
    await expect(refused).rejects.toMatchObject(named('LimitExceededException', 429));
    await expect(refused).rejects.toThrow('buffer');
    expect(rig.gateway.postCount()).toBe(0);
  }));

test('a post can be delivered and then fail', () =>
  posts('error-after', async (rig) => {
    const client = await rig.open();
    const response = await fetch(addressOf(rig, client.connectionId), {
      method: 'POST',
      body: 'hello',
      headers: signed,
    });
    expect(response.status).toBe(500);
    expect(await client.frames.next()).toBe('hello');
  }));

test('a post can be accepted and never arrive', () =>
  posts('drop', async (rig) => {
    const client = await rig.open();
    await sdk(rig).post(client.connectionId);
    await client.ask({ action: 'echo' });
    expect(client.frames.all).toHaveLength(1);
    expect(rig.gateway.postCount()).toBe(1);
  }));

test('a fault is asked for each time, by connection', async () => {
  const faults: (PostFault | undefined)[] = ['drop', undefined];
  const asked: string[] = [];
  const post = (id: string) => {
    asked.push(id);
    return faults.shift();
  };
  await withRig({ faults: { post } }, async (rig) => {
    const client = await rig.open();
    await sdk(rig).post(client.connectionId, 'lost');
    await sdk(rig).post(client.connectionId, 'kept');
    expect(await client.frames.next()).toBe('kept');
    expect(asked).toEqual([client.connectionId, client.connectionId]);
  });
});

test('$connect can fail without its function being run', () =>
  withRig({ faults: { connect: () => ({ outcome: 'error' }) } }, async (rig) => {
    expect((await rig.refused()).status).toBe(502);
    expect(rig.seen('$connect').all).toHaveLength(0);
  }));

test('$connect can be slow: the function has run, and its connection is Gone until the answer', () =>
  withRig({ faults: { connect: () => ({ outcome: 'slow', delayMs: 5_000 }) } }, async (rig) => {
    const opening = rig.dial();
    const id = String((await rig.seen('$connect').next()).requestContext.connectionId);
    await expect(sdk(rig).get(id)).rejects.toMatchObject(named('GoneException', 410));
    await rig.clock.advance(5_000);
    expect(await opening).not.toHaveProperty('status');
    await sdk(rig).get(id);
  }));

test('$connect can be slower than an integration may be', () =>
  withRig({ faults: { connect: () => ({ outcome: 'slow', delayMs: 60_000 }) } }, async (rig) => {
    const refused = rig.refused();
    await rig.seen('$connect').next();
    await rig.clock.advance(29_000);
    expect((await refused).status).toBe(504);
  }));

test('$disconnect can run before $connect, of a client that left at once', () =>
  withRig({ faults: { connect: () => ({ outcome: 'early' }) } }, async (rig) => {
    const dialled = rig.dial().then(
      () => 'an answer',
      () => 'no answer',
    );
    const ended = await rig.seen('$disconnect').next();
    expect(rig.seen('$connect').all).toHaveLength(0);
    const began = await rig.seen('$connect').next();
    expect(began.requestContext.connectionId).toBe(ended.requestContext.connectionId);
    expect(await dialled).toBe('no answer');
    await expect(sdk(rig).get(String(began.requestContext.connectionId))).rejects.toMatchObject(
      named('GoneException', 410),
    );
    expect(rig.seen('$disconnect').all).toHaveLength(1);
  }));

test('$disconnect can be lost', () =>
  withRig({ faults: { disconnect: () => ({ outcome: 'lost' }) } }, async (rig) => {
    const client = await rig.open();
    await sdk(rig).remove(client.connectionId);
    await client.closed;
    expect(rig.seen('$disconnect').all).toHaveLength(0);
  }));

test('$disconnect can run twice, with an event of its own each time', () =>
  withRig({ faults: { disconnect: () => ({ outcome: 'double' }) } }, async (rig) => {
    const { socket, connectionId } = await rig.open();
    socket.close();
    const [first, second] = [await rig.seen('$disconnect').next(), await rig.seen('$disconnect').next()];
    expect([first.requestContext.connectionId, second.requestContext.connectionId]).toEqual([
      connectionId,
      connectionId,
    ]);
    expect(first.requestContext.requestId).not.toBe(second.requestContext.requestId);
  }));

test('$disconnect can be late', () =>
  withRig({ faults: { disconnect: () => ({ outcome: 'late', delayMs: 30_000 }) } }, async (rig) => {
    const client = await rig.open();
    await sdk(rig).remove(client.connectionId);
    await client.closed;
    await rig.clock.advance(29_999);
    expect(rig.seen('$disconnect').all).toHaveLength(0);
    await rig.clock.advance(1);
    await rig.seen('$disconnect').next();
  }));
