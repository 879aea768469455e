import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { CannotStart } from './cannotStart.ts';
import { type LocalStack, startLocalStack } from './stack.ts';

/** A bare client: what a frame's waiter gets is the next frame that fits. */
async function connect(stack: LocalStack, token: string) {
  const socket = new WebSocket(stack.wsUrl, ['tidings.v1', `bearer.${token}`]);
  const frames: Record<string, unknown>[] = [];
  let noticed = () => {};
  socket.on('message', (data) => {
    frames.push(JSON.parse(String(data)) as Record<string, unknown>);
    noticed();
  });
  await once(socket, 'open');
  return {
    socket,
    send: (frame: unknown) => socket.send(JSON.stringify(frame)),
    async frame(fits: (frame: Record<string, unknown>) => boolean) {
      for (;;) {
        const at = frames.findIndex(fits);
        const [frame] = at < 0 ? [] : frames.splice(at, 1);
        if (frame) return frame;
        await new Promise<void>((resolve) => {
          noticed = resolve;
        });
      }
    },
  };
}

async function refusedStatus(url: string, protocols: string[]): Promise<number> {
  const socket = new WebSocket(url, protocols);
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }];
  return response.statusCode;
}

describe.each([{ memory: false }, { memory: true }])('the local stack, memory: $memory', ({ memory }) => {
  let stack: LocalStack;
  const lines: string[] = [];
  const ada = { user: 'ada', tenant: 'acme', roles: ['msp'] };
  const post = (path: string, body: unknown) =>
    fetch(`${stack.httpUrl}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  beforeAll(async () => {
    stack = await startLocalStack({ port: 0, memory, completions: true, log: (text) => lines.push(text) });
  });

  afterAll(() => stack.stop());

  test('says where everything is', async () => {
    expect(stack.wsUrl).toBe(`${stack.httpUrl.replace('http', 'ws')}/dev`);
    expect(stack.managementUrl).toBe(`${stack.httpUrl}/dev`);
    expect(stack.engine === 'memory').toBe(memory);
    const text = await fetch(stack.consoleUrl);
    expect(text.headers.get('content-type')).toContain('text/plain');
    expect(await text.text()).toContain(stack.wsUrl);
  });

  test('a good token opens a socket, a missing one does not', async () => {
    const client = await connect(stack, await stack.token(ada));
    expect(client.socket.protocol).toBe('tidings.v1');
    const { openSockets, rows } = await stack.state();
    expect(openSockets).toBe(1);
    expect(rows).toMatchObject({ CONN: 1 });
    client.socket.close();
    expect(await refusedStatus(stack.wsUrl, ['tidings.v1'])).toBe(401);
  });

  test('ping is answered without a function', async () => {
    const client = await connect(stack, await stack.token({ ...ada, user: 'pat' }));
    const operationsOfAPing = async () => {
      const { databaseOperations: before } = await stack.state();
      client.send({ action: 'ping' });
      const pong = await client.frame(({ type }) => type === 'pong');
      expect(Math.abs(Number(pong.ts) - stack.clock.now())).toBeLessThan(60_000);
      const { databaseOperations: after } = await stack.state();
      return JSON.stringify(after) === JSON.stringify(before) ? 'none' : 'some';
    };
    // What ends the connection of the test before may be at work still.
    await expect.poll(operationsOfAPing).toBe('none');
    client.socket.close();
  });

  test('what one sends, the other receives', async () => {
    const sender = await connect(stack, await stack.token(ada));
    const receiver = await connect(stack, await stack.token({ ...ada, user: 'bob' }));
    sender.send({ action: 'interaction.record', ref: 'r1', payload: { clientId: 'c1', kind: 'call' } });
    const ack = await sender.frame(({ type, ref }) => type === 'ack' && ref === 'r1');
    expect(ack).toMatchObject({ payload: { total: 1 } });
    const event = await receiver.frame(({ type }) => type === 'interaction');
    expect(event).toMatchObject({
      topic: 'client:c1',
      payload: { clientId: 'c1', kind: 'call', by: 1, total: 1 },
    });
    const state = (await (await fetch(`${stack.httpUrl}/_local/state`)).json()) as Record<string, unknown>;
    expect(Number(state.posts)).toBeGreaterThan(0);
    expect(state.databaseOperations).toMatchObject({ TransactWriteItems: expect.any(Number) });
    sender.socket.close();
    receiver.socket.close();
  });

  test('what a function posts stays in the process, and what others post comes by the network', async () => {
    const byNetwork: string[] = [];
    const note = (message: unknown) => {
      const { request } = message as { request: IncomingMessage };
      if (request.url?.includes('@connections')) byNetwork.push(`${request.method} ${request.url}`);
    };
    subscribe('http.server.request.start', note);
    const [sender, receiver] = [
      await connect(stack, await stack.token(ada)),
      await connect(stack, await stack.token({ ...ada, user: 'bob' })),
    ];
    sender.send({ action: 'interaction.record', payload: { clientId: 'c3', kind: 'call' } });
    await receiver.frame(({ type }) => type === 'interaction');
    expect(byNetwork).toEqual([]);
    const path = '/dev/@connections/AAAAAAAAAAAAAAA%3D';
    expect((await fetch(stack.httpUrl + path, { method: 'POST', body: 'x' })).status).toBe(403);
    expect(byNetwork).toEqual([`POST ${path}`]);
    unsubscribe('http.server.request.start', note);
    sender.socket.close();
    receiver.socket.close();
  });

  test('a commit that meets a conflict is tried again', async () => {
    const client = await connect(stack, await stack.token(ada));
    expect((await post('/_local/faults', { op: 'commit', outcome: 'conflict', count: 1 })).status).toBe(200);
    client.send({ action: 'interaction.record', ref: 'r2', payload: { clientId: 'c2', kind: 'call' } });
    const ack = await client.frame(({ type, ref }) => type === 'ack' && ref === 'r2');
    expect(ack).toMatchObject({ payload: { total: 1 } });
    expect(stack.faults.list()).toEqual([]);
    client.socket.close();
  });

  test('the HTTP API answers', async () => {
    expect((await fetch(`${stack.httpUrl}/health`)).status).toBe(200);
    expect((await fetch(`${stack.httpUrl}/nowhere`)).status).toBe(404);
  });

  test('what is wrong in a fault or a move of the clock is named', async () => {
    const fault = await post('/_local/faults', { op: 'post', outcome: 'explode' });
    expect(fault.status).toBe(400);
    expect(await fault.text()).toContain('outcome');
    const move = await post('/_local/clock', { advanceMs: -1 });
    expect(move.status).toBe(400);
    expect(await move.text()).toContain('advanceMs');
  });

  test('what a page could send without asking is no order: `_local` and the issuer take only JSON that says so', async () => {
    const orders = [
      ['/_local/clock', { advanceMs: 1_000 }],
      ['/_local/faults', { op: 'post', outcome: 'gone' }],
      ['/issuer/token', ada],
    ] as const;
    for (const [path, order] of orders) {
      for (const type of [
        'text/plain',
        'application/x-www-form-urlencoded',
        'text/json',
        'application/jsonp',
      ]) {
        const headers = { 'content-type': type };
        const body = JSON.stringify(order);
        const refused = await fetch(stack.httpUrl + path, { method: 'POST', headers, body });
        expect({ path, type, status: refused.status }).toMatchObject({ status: 415 });
        expect(await refused.text()).toContain('application/json');
      }
      const headers = { 'content-type': 'application/json; charset=utf-8' };
      const taken = await fetch(stack.httpUrl + path, {
        method: 'POST',
        headers,
        body: JSON.stringify(order),
      });
      expect({ path, status: taken.status }).toMatchObject({ status: 200 });
    }
    stack.faults.clear({});
  });

  test('after two hours the gateway has closed every socket, and the schedules have run', async () => {
    const client = await connect(stack, await stack.token(ada));
    const closed = once(client.socket, 'close');
    const before = stack.clock.now();
    expect((await post('/_local/clock', { advanceMs: 2 * 3_600_000 + 6 * 60_000 })).status).toBe(200);
    expect(await closed).toEqual([1001, expect.anything()]);
    expect(stack.clock.now() - before).toBeGreaterThan(7_200_000);
    const { openSockets, rows } = await stack.state();
    expect(openSockets).toBe(0);
    expect(rows.SUBS).toBeUndefined();
  });

  test('a month in which nothing is due is stepped over', async () => {
    // A reaper that has run knows how far it is.
    await stack.clock.advance(120_000);
    const reads = async () => (await stack.state()).databaseOperations.Query ?? 0;
    const [before, nowMs] = [await reads(), stack.clock.now()];
    expect((await post('/_local/clock', { advanceMs: 31 * 24 * 3_600_000 })).status).toBe(200);
    expect(stack.clock.now() - nowMs).toBeGreaterThanOrEqual(31 * 24 * 3_600_000);
    // A minute of a month is read by each of two searches, were it not stepped over.
    expect((await reads()) - before).toBeLessThan(10_000);
  });

  test('nothing that was logged holds a token', () => {
    expect(lines.filter((line) => line.includes('eyJ'))).toEqual([]);
  });
});

test('a port that is taken is one sentence', async () => {
  const stack = await startLocalStack({ port: 0, memory: true, log: () => {} });
  const port = Number(new URL(stack.httpUrl).port);
  const refusal = await startLocalStack({ port, memory: true }).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(CannotStart);
  expect(String(refusal)).toContain(`Port ${port} is already in use`);
  await stack.stop();
});

test('a stage that cdk.json does not have is one sentence', async () => {
  await expect(startLocalStack({ port: 0, stage: 'nope' })).rejects.toThrow('no stage nope');
});
