import { expect, test } from 'vitest';
import { deferred } from '../../conformance/deferred.ts';
import { signed } from '../../conformance/managementCalls.ts';
import { type Rig, type RigOptions, withRig } from '../../conformance/rig.ts';
import type { ManagementAnswer, ReadRequest } from '../index.ts';

const neverExisted = 'AAAAAAAAAAAAAAA=';
const refusal = { status: 418, errorType: 'TeapotException', body: { Message: 'no' } };

interface Asked {
  readonly method?: string;
  readonly target: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** What is compared: the id of a request is its own, and what the line adds belongs to it. */
const compared = (status: number, headerOf: (name: string) => unknown, body = '') => ({
  ...{ status, body },
  headers: ['x-amzn-errortype', 'content-type', 'content-length'].map((name) => headerOf(name) ?? null),
});

function read(rig: Rig, { method = 'POST', target, headers = signed, body = 'hello' }: Asked) {
  const request = { method, target, headers: { host: 'x', ...headers }, body: Buffer.from(body) };
  return new Promise<ReturnType<typeof compared> | 'not mine'>((resolve) => {
    const isMine = rig.gateway.manageRead(request, (answer) =>
      resolve(compared(answer.status, (name) => answer.headers[name]?.toString(), answer.body)),
    );
    if (!isMine) resolve('not mine');
  });
}

async function byNetwork(rig: Rig, { method = 'POST', target, headers = signed, body = 'hello' }: Asked) {
  const sent = method === 'GET' ? {} : { body };
  const answer = await fetch(rig.origin + target, { method, headers, ...sent });
  const text = await answer.text();
  if (answer.status === 404) return 'not mine';
  return compared(answer.status, (name) => answer.headers.get(name), text);
}

test.each<[string, (id: string) => Asked, RigOptions?]>([
  ['a post', (id) => ({ target: `/dev/@connections/${id}` })],
  ['a post whose id is encoded', (id) => ({ target: `/dev/%40connections/${encodeURIComponent(id)}?x=1` })],
  ['one to nobody', () => ({ target: `/dev/@connections/${neverExisted}` })],
  ['one to what is no id', () => ({ target: '/dev/@connections/nobody' })],
  ['one without a signature', (id) => ({ target: `/dev/@connections/${id}`, headers: {} })],
  ['one that is too long', (id) => ({ target: `/dev/@connections/${id}`, body: 'x'.repeat(131_073) })],
  ['one that is no text', (id) => ({ target: `/dev/@connections/${id}`, body: Buffer.from([0xff]) })],
  [
    'one above the rate',
    (id) => ({ target: `/dev/@connections/${id}` }),
    { quotas: { requestsPerSecond: 0.001, requestBurst: 0.5 } },
  ],
  [
    'one that is delivered and then fails',
    (id) => ({ target: `/dev/@connections/${id}` }),
    { faults: { post: () => 'error-after' } },
  ],
  [
    'one that is refused',
    (id) => ({ target: `/dev/@connections/${id}` }),
    { authorizeManagement: () => refusal },
  ],
  [
    'one that is refused later',
    (id) => ({ target: `/dev/@connections/${id}` }),
    { authorizeManagement: async () => refusal },
  ],
  ['what asks for a description', (id) => ({ method: 'GET', target: `/dev/@connections/${id}`, body: '' })],
  ['another method', (id) => ({ method: 'PUT', target: `/dev/@connections/${id}` })],
  ['another stage', (id) => ({ target: `/prod/@connections/${id}` })],
  ['the stage itself', () => ({ target: '/dev' })],
  ['another path', () => ({ target: '/health' })],
])('%s gets the same answer, whoever has read it', (_, ask, options = {}) =>
  withRig(options, async (rig) => {
    const asked = ask((await rig.open()).connectionId);
    expect(await read(rig, asked)).toEqual(await byNetwork(rig, asked));
  }),
);

test('what was read elsewhere is done: a post arrives, and a DELETE ends its connection', () =>
  withRig({}, async (rig) => {
    const { connectionId, frames, closed } = await rig.open();
    const target = `/dev/@connections/${connectionId}`;
    expect(await read(rig, { target, body: 'grüß' })).toMatchObject({ status: 200 });
    expect(await frames.next()).toBe('grüß');
    expect(rig.gateway.postCount()).toBe(1);
    expect(await read(rig, { method: 'DELETE', target, body: '' })).toMatchObject({ status: 204 });
    expect((await closed).code).toBe(1000);
  }));

test.each([
  ['no host', undefined],
  ['a malformed one', 'a b'],
])('a request with %s is malformed', async (_, host) =>
  withRig({}, async (rig) => {
    const { connectionId, frames } = await rig.open();
    const target = `/dev/@connections/${connectionId}`;
    const headers = { ...signed, ...(host === undefined ? {} : { host }) };
    const answer = await new Promise<ManagementAnswer>((resolve) => {
      rig.gateway.manageRead({ method: 'POST', target, headers, body: Buffer.from('x') }, resolve);
    });
    expect(answer.status).toBe(400);
    expect(frames.all).toEqual([]);
  }),
);

test('of a request whose sender has left nothing comes, though it was let in', () => {
  const gate = deferred();
  const authorizeManagement = () => gate.promise.then(() => undefined);
  return withRig({ authorizeManagement }, async (rig) => {
    const { connectionId } = await rig.open();
    const line = { destroyed: false };
    const answered = new Promise<ManagementAnswer>((resolve) => {
      const request: ReadRequest = {
        ...{ method: 'POST', target: `/dev/@connections/${connectionId}`, body: Buffer.from('x') },
        ...{ headers: { host: 'x', ...signed }, line },
      };
      rig.gateway.manageRead(request, resolve);
    });
    line.destroyed = true;
    gate.resolve();
    expect((await answered).status).toBe(410);
    expect(rig.gateway.postCount()).toBe(0);
  });
});

test.each([
  [
    'at once',
    () => {
      throw new Error('no');
    },
  ],
  ['later', () => Promise.reject(new Error('no'))],
])('what fails %s is answered with 500, and told', (_, authorizeManagement) =>
  withRig({ authorizeManagement }, async (rig) => {
    const { connectionId } = await rig.open();
    const target = `/dev/@connections/${connectionId}`;
    expect(await read(rig, { target })).toMatchObject({ status: 500 });
    expect(rig.errors).toEqual(['a request to @connections']);
  }),
);

test('who throws at an answer is told, and the others get theirs', () =>
  withRig({}, async (rig) => {
    const { connectionId } = await rig.open();
    const request: ReadRequest = {
      ...{ method: 'POST', target: `/dev/@connections/${connectionId}` },
      ...{ headers: { host: 'x', ...signed }, body: Buffer.from('x') },
    };
    rig.gateway.manageRead(request, () => {
      throw new Error('no');
    });
    const other = await new Promise<ManagementAnswer>((resolve) => {
      rig.gateway.manageRead(request, resolve);
    });
    expect(other.status).toBe(200);
    expect(rig.errors).toEqual(['an answer of @connections']);
  }));
