import { expect } from 'vitest';
import { cases, sources } from './conformanceCase.ts';
import { commonContextKeys, keys } from './eventKeys.ts';
import { lifeOf } from './lifeOf.ts';
import { allow, withRig } from './rig.ts';

const idShape = /^[A-Za-z0-9_-]{15}=$/;

export const eventCases = cases(
  [
    'O',
    sources.captures,
    'MESSAGE has exactly these keys: no headers, no query string',
    () =>
      lifeOf(({ message }) => {
        expect(keys(message)).toEqual(new Set(['body', 'isBase64Encoded', 'requestContext']));
        expect(message.body).toBe('{"action":"echo"}');
      }),
  ],
  [
    'O',
    sources.captures,
    'the requestContext of MESSAGE has messageId besides',
    () =>
      lifeOf(({ message }) =>
        expect(keys(message.requestContext)).toEqual(new Set([...commonContextKeys, 'messageId'])),
      ),
  ],
  [
    'O',
    sources.captures,
    '$disconnect has exactly these keys',
    () =>
      lifeOf(({ disconnect }) =>
        expect(keys(disconnect)).toEqual(
          new Set(['headers', 'isBase64Encoded', 'multiValueHeaders', 'requestContext']),
        ),
      ),
  ],
  [
    'O',
    sources.captures,
    'the requestContext of $disconnect has status code and reason besides',
    () =>
      lifeOf(({ disconnect }) =>
        expect(keys(disconnect.requestContext)).toEqual(
          new Set([...commonContextKeys, 'disconnectReason', 'disconnectStatusCode']),
        ),
      ),
  ],
  [
    'O',
    sources.captures,
    "the headers of $disconnect are AWS's own four",
    () =>
      lifeOf(({ disconnect }) => {
        const host = 'abc123.execute-api.eu-west-1.amazonaws.com';
        expect(disconnect.headers).toEqual({
          Host: host,
          'x-api-key': '',
          'X-Forwarded-For': '',
          'x-restapi': '',
        });
        expect(disconnect.multiValueHeaders).toEqual({
          Host: [host],
          'x-api-key': [''],
          'X-Forwarded-For': [''],
          'x-restapi': [''],
        });
      }),
  ],
  [
    'O',
    sources.captures,
    'eventType and routeKey name the kind of event',
    () =>
      lifeOf(({ connect, message, disconnect }) => {
        const names = [connect, message, disconnect].map(({ requestContext: c }) => [
          c.eventType,
          c.routeKey,
        ]);
        expect(names).toEqual([
          ['CONNECT', '$connect'],
          ['MESSAGE', 'echo'],
          ['DISCONNECT', '$disconnect'],
        ]);
      }),
  ],
  [
    'O',
    sources.captures,
    'requestId equals extendedRequestId and looks like BFaVtH2HoAMFZEQ=',
    () =>
      lifeOf((events) => {
        for (const { requestContext } of Object.values(events)) {
          expect(requestContext.requestId).toMatch(idShape);
          expect(requestContext.extendedRequestId).toBe(requestContext.requestId);
        }
      }),
  ],
  [
    'O',
    sources.captures,
    'connectionId and messageId look the same',
    () =>
      lifeOf(({ message }) => {
        expect(message.requestContext.connectionId).toMatch(idShape);
        expect(message.requestContext.messageId).toMatch(idShape);
      }),
  ],
  [
    'O',
    sources.captures,
    'each event has a requestId of its own',
    () =>
      lifeOf((events) =>
        expect(
          new Set(Object.values(events).map(({ requestContext }) => requestContext.requestId)).size,
        ).toBe(3),
      ),
  ],
  [
    'O',
    sources.captures,
    'connectionId and connectedAt stay the same for life',
    () =>
      lifeOf(({ connect, message, disconnect }) => {
        for (const key of ['connectionId', 'connectedAt']) {
          expect(message.requestContext[key]).toBe(connect.requestContext[key]);
          expect(disconnect.requestContext[key]).toBe(connect.requestContext[key]);
        }
      }),
  ],
  [
    'O',
    sources.captures,
    'requestTime is in common log format, requestTimeEpoch in milliseconds',
    () =>
      lifeOf(({ connect, message }) => {
        expect(connect.requestContext.requestTime).toBe('11/Nov/2024:13:45:46 +0000');
        expect(connect.requestContext.requestTimeEpoch).toBe(Date.UTC(2024, 10, 11, 13, 45, 46, 514));
        expect(message.requestContext.requestTime).toBe('11/Nov/2024:13:45:47 +0000');
      }),
  ],
  [
    'O',
    sources.captures,
    'messageDirection is IN, with api, stage and domain',
    () =>
      lifeOf(({ message }) =>
        expect(message.requestContext).toMatchObject({
          messageDirection: 'IN',
          apiId: 'abc123',
          stage: 'dev',
          domainName: 'abc123.execute-api.eu-west-1.amazonaws.com',
        }),
      ),
  ],
  [
    'O',
    sources.captures,
    'identity is the address alone when the client sent no User-Agent',
    () =>
      lifeOf(({ connect, message, disconnect }) => {
        for (const { requestContext } of [connect, message, disconnect]) {
          expect(requestContext.identity).toEqual({ sourceIp: '127.0.0.1' });
        }
      }),
  ],
  [
    'D',
    sources.authorizer,
    'stage variables are in every event when the stage has some',
    () =>
      withRig({ api: { stageVariables: { colour: 'blue' } } }, async (rig) => {
        const client = await rig.open();
        await client.ask({ action: 'echo' });
        client.socket.close();
        for (const name of ['$connect', 'echo', '$disconnect']) {
          expect((await rig.seen(name).next()).stageVariables).toEqual({ colour: 'blue' });
        }
      }),
  ],
  [
    'D',
    sources.authorizer,
    'authorizer and $connect see the same connectionId',
    () =>
      withRig({ authorizer: { run: allow } }, async (rig) => {
        const { connectionId } = await rig.open();
        expect((await rig.seen('authorizer').next()).requestContext.connectionId).toBe(connectionId);
      }),
  ],
  [
    'D',
    'https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html',
    'a function cannot change what the next event says',
    () =>
      withRig(
        {
          authorizer: { run: allow },
          functions: {
            $connect: ({ requestContext }) =>
              Object.assign(requestContext.authorizer ?? {}, { principalId: 'eve', statusCode: 200 }),
          },
        },
        async (rig) => {
          const client = await rig.open();
          await client.ask({ action: 'echo' });
          expect((await rig.seen('echo').next()).requestContext.authorizer).toMatchObject({
            principalId: 'ada',
          });
        },
      ),
  ],
);
