import { expect } from 'vitest';
import { cases, sources } from './conformanceCase.ts';
import { addressOf, sdk, signed } from './managementCalls.ts';
import { withRig } from './rig.ts';

export const managementCases = cases(
  [
    'D',
    sources.connections,
    'a post is a text frame',
    () =>
      withRig({}, async (rig) => {
        const client = await rig.open();
        const texts: boolean[] = [];
        client.socket.on('message', (_data, isBinary) => texts.push(!isBinary));
        expect((await sdk(rig).post(client.connectionId, 'grüß')).$metadata.httpStatusCode).toBe(200);
        expect(await client.frames.next()).toBe('grüß');
        expect(texts).toEqual([true]);
      }),
  ],
  [
    'D',
    sources.model,
    'the answer to a post is empty',
    () =>
      withRig({}, async (rig) => {
        const { connectionId } = await rig.open();
        const response = await fetch(addressOf(rig, connectionId), {
          method: 'POST',
          body: 'x',
          headers: signed,
        });
        expect([response.status, await response.text()]).toEqual([200, '']);
      }),
  ],
  [
    'D',
    sources.connections,
    'posts to one connection arrive in the order in which they were accepted',
    () =>
      withRig({}, async (rig) => {
        const client = await rig.open();
        for (const text of ['1', '2', '3']) await sdk(rig).post(client.connectionId, text);
        await client.ask({ action: 'echo' });
        expect(client.frames.all.slice(0, 3)).toEqual(['1', '2', '3']);
        expect(rig.gateway.postCount()).toBe(3);
      }),
  ],
  [
    'D',
    sources.model,
    'an id works encoded, unencoded, and with the @ encoded',
    () =>
      withRig({}, async (rig) => {
        const client = await rig.open();
        for (const path of [
          `/dev/@connections/${client.connectionId}`,
          `/dev/%40connections/${encodeURIComponent(client.connectionId)}`,
        ]) {
          const response = await fetch(rig.origin + path, { method: 'POST', body: 'x', headers: signed });
          expect(response.status).toBe(200);
        }
      }),
  ],
  [
    'D',
    sources.model,
    'GET tells since when and from where',
    () =>
      withRig({}, async (rig) => {
        const client = await rig.open({ headers: { 'user-agent': 'probe/1' } });
        await rig.clock.advance(5_000);
        await client.ask({ action: 'echo' });
        const answer = await sdk(rig).get(client.connectionId);
        expect(answer).toMatchObject({ Identity: { SourceIp: '127.0.0.1', UserAgent: 'probe/1' } });
        expect(answer.ConnectedAt).toEqual(new Date('2024-11-11T13:45:46.514Z'));
        expect(answer.LastActiveAt).toEqual(new Date('2024-11-11T13:45:51.514Z'));
      }),
  ],
  [
    'D',
    sources.model,
    'on the wire GET is camelCase with ISO 8601 times',
    () =>
      withRig({}, async (rig) => {
        const { connectionId } = await rig.open();
        const response = await fetch(addressOf(rig, connectionId), { headers: signed });
        expect(await response.json()).toEqual({
          connectedAt: '2024-11-11T13:45:46.514Z',
          lastActiveAt: '2024-11-11T13:45:46.514Z',
          identity: { sourceIp: '127.0.0.1' },
        });
      }),
  ],
  [
    'D',
    sources.model,
    'DELETE answers 204',
    () =>
      withRig({}, async (rig) => {
        const { connectionId } = await rig.open();
        expect((await sdk(rig).remove(connectionId)).$metadata.httpStatusCode).toBe(204);
      }),
  ],
  [
    'O',
    'https://github.com/boto/boto3/issues/3789',
    'after DELETE the client sees 1000, and $disconnect runs',
    () =>
      withRig({}, async (rig) => {
        const client = await rig.open();
        await sdk(rig).remove(client.connectionId);
        expect((await client.closed).code).toBe(1000);
        expect((await rig.seen('$disconnect').next()).requestContext).toMatchObject({
          connectionId: client.connectionId,
          disconnectStatusCode: 1000,
          disconnectReason: 'Connection Closed Normally',
        });
      }),
  ],
  [
    'U',
    'probe: a DELETE right after a POST',
    'what was posted before a DELETE still arrives',
    () =>
      withRig({}, async (rig) => {
        const client = await rig.open();
        await sdk(rig).post(client.connectionId, 'goodbye');
        await sdk(rig).remove(client.connectionId);
        await client.closed;
        expect(client.frames.all).toEqual(['goodbye']);
      }),
  ],
  [
    'D',
    sources.connections,
    'other paths are left to whoever else serves the port',
    () =>
      withRig({}, async (rig) => {
        const response = await fetch(`${rig.origin}/health`);
        expect([response.status, await response.text()]).toEqual([404, 'not the gateway']);
      }),
  ],
);
