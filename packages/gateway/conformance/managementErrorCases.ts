import { expect } from 'vitest';
import type { AuthorizeManagement } from '../src/index.ts';
import { cases, sources } from './conformanceCase.ts';
import { deferred } from './deferred.ts';
import { writeRequest } from './httpRig.ts';
import { addressOf, named, sdk, signed } from './managementCalls.ts';
import { frame, handshakeText, rawSocket } from './rawSocket.ts';
import { withRig } from './rig.ts';

const neverExisted = 'AAAAAAAAAAAAAAA=';

export const managementErrorCases = cases(
  [
    'O',
    'https://github.com/aws/aws-cdk/issues/18410',
    'whom authorizeManagement refuses gets its answer, whatever is asked for, and nothing is done',
    () => {
      const asked: string[] = [];
      const authorizeManagement: AuthorizeManagement = ({ method, target, headers, body, connectionId }) => {
        asked.push(`${method} ${target} ${connectionId} ${body}`);
        const isKnown = headers.authorization?.includes('Credential=other/') === true;
        return isKnown
          ? undefined
          : { status: 403, errorType: 'AccessDeniedException', body: { Message: 'no' } };
      };
      return withRig({ authorizeManagement }, async (rig) => {
        const { connectionId, frames } = await rig.open();
        const path = `/dev/@connections/${encodeURIComponent(connectionId)}`;
        for (const call of ['post', 'get', 'remove'] as const) {
          const refused = { ...named('AccessDeniedException', 403), message: 'no' };
          await expect(sdk(rig)[call](connectionId)).rejects.toMatchObject(refused);
        }
        expect(asked).toEqual([
          `POST ${path} ${connectionId} hello`,
          `GET ${path} ${connectionId} `,
          `DELETE ${path} ${connectionId} `,
        ]);
        const headers = { authorization: 'AWS4-HMAC-SHA256 Credential=other/x' };
        const letIn = await fetch(rig.origin + path, { method: 'POST', body: 'let in', headers });
        expect([letIn.status, await frames.next()]).toEqual([200, 'let in']);
        expect(rig.gateway.postCount()).toBe(1);
      });
    },
  ],
  [
    'D',
    sources.model,
    'after DELETE a post is Gone',
    () =>
      withRig({}, async (rig) => {
        const { connectionId } = await rig.open();
        await sdk(rig).remove(connectionId);
        await expect(sdk(rig).post(connectionId)).rejects.toMatchObject(named('GoneException', 410));
      }),
  ],
  ...(['post', 'get', 'remove'] as const).map(
    (call) =>
      [
        'O',
        'https://github.com/localstack/localstack/issues/4694',
        `${call} for an id that never existed: GoneException`,
        () =>
          withRig({}, async (rig) => {
            await expect(sdk(rig)[call](neverExisted)).rejects.toMatchObject(named('GoneException', 410));
          }),
      ] as const,
  ),
  [
    'D',
    sources.model,
    'a connection whose closing has begun is Gone',
    () =>
      withRig({}, async (rig) => {
        const raw = rawSocket(rig.port);
        raw.socket.write(handshakeText());
        await raw.until('101');
        const id = String((await rig.seen('$connect').next()).requestContext.connectionId);
        raw.socket.write(frame(0x8, Buffer.from([0x03, 0xe8])));
        await raw.until('\x88');
        await expect(sdk(rig).post(id)).rejects.toMatchObject(named('GoneException', 410));
        raw.socket.destroy();
      }),
  ],
  [
    'D',
    sources.model,
    'a connection that the client closed is Gone',
    () =>
      withRig({}, async (rig) => {
        const client = await rig.open();
        client.socket.close();
        await rig.seen('$disconnect').next();
        await expect(sdk(rig).post(client.connectionId)).rejects.toMatchObject(named('GoneException', 410));
      }),
  ],
  [
    'D',
    'https://repost.aws/knowledge-center/410-gone-api-gateway',
    'until $connect has returned, its connection is Gone',
    () => {
      const gate = deferred();
      return withRig(
        { functions: { $connect: () => gate.promise.then(() => ({ statusCode: 200 })) } },
        async (rig) => {
          const opening = rig.dial();
          const id = String((await rig.seen('$connect').next()).requestContext.connectionId);
          for (const call of ['post', 'get', 'remove'] as const) {
            await expect(sdk(rig)[call](id)).rejects.toMatchObject(named('GoneException', 410));
          }
          gate.resolve();
          await opening;
          await sdk(rig).post(id);
        },
      );
    },
  ],
  [
    'O',
    'https://github.com/dherault/serverless-offline/issues/749',
    'an id that cannot be one: 400 BadRequestException',
    () =>
      withRig({}, async (rig) => {
        await expect(sdk(rig).post('nonsense')).rejects.toMatchObject({
          ...named('BadRequestException', 400),
          message: 'Invalid connectionId: nonsense',
        });
      }),
  ],
  [
    'O',
    'https://github.com/aws/aws-sdk-php/issues/1955',
    'without the stage: 403 ForbiddenException',
    () =>
      withRig({}, async (rig) => {
        const { connectionId } = await rig.open();
        await expect(sdk(rig, '').post(connectionId)).rejects.toMatchObject(named('ForbiddenException', 403));
        const response = await fetch(`${rig.origin}/prod/@connections/${connectionId}`, {
          method: 'POST',
          headers: signed,
        });
        expect([response.status, await response.text()]).toEqual([403, '{"message":"Forbidden"}']);
      }),
  ],
  [
    'O',
    'https://github.com/gchq/sleeper/issues/5755',
    'a post of 128 KB is accepted, one byte more is PayloadTooLargeException',
    () =>
      withRig({}, async (rig) => {
        const client = await rig.open();
        await sdk(rig).post(client.connectionId, Buffer.alloc(131_072, 'x'));
        expect(await client.frames.next()).toHaveLength(131_072);
        await expect(sdk(rig).post(client.connectionId, Buffer.alloc(131_073, 'x'))).rejects.toMatchObject(
          named('PayloadTooLargeException', 413),
        );
      }),
  ],
  [
    'D',
    sources.limits,
    'above rate and burst: 429 LimitExceededException, until time has passed',
    () =>
      withRig({ quotas: { requestsPerSecond: 10, requestBurst: 2 } }, async (rig) => {
        const { connectionId } = await rig.open();
        const send = () => sdk(rig).post(connectionId);
        await send();
        await send();
        await expect(send()).rejects.toMatchObject(named('LimitExceededException', 429));
        await rig.clock.advance(100);
        await send();
      }),
  ],
  [
    'D',
    sources.limits,
    'messages and posts share one budget',
    () =>
      withRig({ quotas: { requestsPerSecond: 10, requestBurst: 2 } }, async (rig) => {
        const client = await rig.open();
        await client.ask({ action: 'echo' });
        await client.ask({ action: 'echo' });
        await expect(sdk(rig).post(client.connectionId)).rejects.toMatchObject(
          named('LimitExceededException', 429),
        );
      }),
  ],
  [
    'D',
    sources.model,
    'when the client reads nothing and its buffer is full: 429 LimitExceededException',
    () =>
      withRig({ quotas: { sendBufferBytes: 200_000 } }, async (rig) => {
        const client = await rig.open();
        client.socket.pause();
        const fill = async (): Promise<unknown> => {
          for (let posts = 0; posts < 1_000; posts += 1)
            await sdk(rig).post(client.connectionId, Buffer.alloc(131_072, 'x'));
          return;
        };
        await expect(fill()).rejects.toMatchObject(named('LimitExceededException', 429));
        client.socket.terminate();
      }),
  ],
  [
    'D',
    sources.connections,
    'a request that is not signed at all is refused: 403 Missing Authentication Token',
    () =>
      withRig({}, async (rig) => {
        const { connectionId } = await rig.open();
        const response = await fetch(addressOf(rig, connectionId), { method: 'POST', body: 'x' });
        expect([response.status, await response.text()]).toEqual([
          403,
          '{"message":"Missing Authentication Token"}',
        ]);
      }),
  ],
  [
    'D',
    'https://www.rfc-editor.org/rfc/rfc9112#section-3.2',
    'two Hosts are refused with 400, and the connection stays',
    () =>
      withRig({}, async (rig) => {
        const { connectionId } = await rig.open();
        const path = `/dev/@connections/${connectionId}`;
        const lines = [`DELETE ${path} HTTP/1.1`, 'Authorization: x', 'Host: a'];
        expect(await writeRequest(rig.port, lines)).toMatch(/^HTTP\/1.1 400 /);
        expect(rig.gateway.openConnections()).toBe(1);
      }),
  ],
  [
    'D',
    sources.model,
    'there is no other method',
    () =>
      withRig({}, async (rig) => {
        const { connectionId } = await rig.open();
        expect(
          (await fetch(addressOf(rig, connectionId), { method: 'PUT', body: 'x', headers: signed })).status,
        ).toBe(403);
      }),
  ],
);
