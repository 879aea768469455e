import { expect } from 'vitest';
import type { MockIntegration, Route } from '../src/index.ts';
import { cases, sources } from './conformanceCase.ts';
import { deferred } from './deferred.ts';
import type { Handler, RigOptions } from './rig.ts';
import { withRig } from './rig.ts';

const observedError =
  'https://github.com/dherault/serverless-offline/tree/master/tests/manual/websocket/main/test/e2e/ws.e2e.js';

function route(routeKey: string, handler: Handler, routeResponse: boolean): Route {
  const invoke: Extract<Route['integration'], { kind: 'proxy' }>['invoke'] = async () =>
    handler({ requestContext: {}, headers: {}, body: '' });
  return { routeKey, integration: { kind: 'proxy', invoke }, routeResponse };
}

const pong: MockIntegration = {
  kind: 'mock',
  requestTemplates: { '200': '{"statusCode":200}' },
  templateSelectionExpression: '200',
  responseTemplates: { $default: '{"type":"pong","ts":$context.requestTimeEpoch}' },
};
const mocked = (change: Partial<MockIntegration> = {}, routeResponse = true): RigOptions => ({
  routes: [{ routeKey: 'ping', integration: { ...pong, ...change }, routeResponse }],
});
const says = (options: RigOptions, action: string, reply: unknown) => () =>
  withRig(options, async (rig) => {
    expect(await (await rig.open()).ask({ action })).toEqual(reply);
  });

/** No frame comes for `action`: the next frame is that of a later message. */
const saysNothing = (options: RigOptions, action: string) => () =>
  withRig(options, async (rig) => {
    const client = await rig.open();
    client.socket.send(JSON.stringify({ action }));
    expect(await client.ask({ action: 'echo', after: action })).toContain(`"after":"${action}"`);
  });

const internalError = expect.stringMatching(
  /^\{"message": "Internal server error", "connectionId":"[\w-]{15}=", "requestId":"[\w-]{15}="\}$/,
);
const fails: Handler = () => Promise.reject(new Error('secret'));

export const replyCases = cases(
  [
    'D',
    sources.routeResponse,
    'with a route response the body is sent as a frame',
    says({ routes: [route('a', () => ({ statusCode: 200, body: 'yes' }), true)] }, 'a', 'yes'),
  ],
  [
    'D',
    sources.routeResponse,
    'without a route response the body is not sent',
    saysNothing({ routes: [route('a', () => ({ statusCode: 200, body: 'no' }), false)] }, 'a'),
  ],
  [
    'D',
    sources.routeResponse,
    'an answer without a body sends nothing',
    saysNothing({ routes: [route('a', () => ({ statusCode: 200 }), true)] }, 'a'),
  ],
  [
    'D',
    sources.routeResponse,
    'a reply in base64 is decoded',
    says(
      { routes: [route('a', () => ({ statusCode: 200, body: 'eWVz', isBase64Encoded: true }), true)] },
      'a',
      'yes',
    ),
  ],
  [
    'O',
    observedError,
    'a function that throws gives the Internal server error frame, as captured',
    says({ functions: { a: fails } }, 'a', internalError),
  ],
  [
    'O',
    observedError,
    'that frame comes without a route response too',
    says({ routes: [route('a', fails, false)] }, 'a', internalError),
  ],
  [
    'O',
    observedError,
    'the connection stays open after it',
    () =>
      withRig({ functions: { a: fails } }, async (rig) => {
        const client = await rig.open();
        await client.ask({ action: 'a' });
        expect(await client.ask({ action: 'echo' })).toContain('echo');
      }),
  ],
  [
    'O',
    observedError,
    'its requestId is that of the event',
    () =>
      withRig({ functions: { a: fails } }, async (rig) => {
        const frame = JSON.parse(await (await rig.open()).ask({ action: 'a' })) as { requestId: string };
        expect(frame.requestId).toBe((await rig.seen('a').next()).requestContext.requestId);
        expect(rig.errors).toEqual(['an integration failed']);
      }),
  ],
  [
    'O',
    observedError,
    'a body that is no string is an error',
    says({ functions: { a: () => ({ statusCode: 200, body: { b: 1 } }) } }, 'a', internalError),
  ],
  [
    'D',
    sources.integrations,
    'messages of one connection run at the same time, and answers come as they are ready',
    () => {
      const gate = deferred();
      const slowFirst: Handler = ({ body }) =>
        body.includes('first')
          ? gate.promise.then(() => ({ statusCode: 200, body: 'first' }))
          : { statusCode: 200, body: 'second' };
      return withRig({ functions: { a: slowFirst } }, async (rig) => {
        const client = await rig.open();
        client.socket.send('{"action":"a","n":"first"}');
        expect(await client.ask({ action: 'a' })).toBe('second');
        gate.resolve();
        expect(await client.frames.next()).toBe('first');
      });
    },
  ],
  [
    'D',
    sources.quotas,
    'an integration may take 29 s, and not longer',
    () => {
      const gate = deferred();
      return withRig({ functions: { a: () => gate.promise } }, async (rig) => {
        const client = await rig.open();
        client.socket.send('{"action":"a"}');
        await rig.seen('a').next();
        await rig.clock.advance(28_999);
        expect(await client.ask({ action: 'echo' })).toContain('echo');
        await rig.clock.advance(1);
        expect(JSON.parse(await client.frames.next())).toHaveProperty('message');
      });
    },
  ],
  [
    'D',
    sources.quotas,
    "an integration's own timeout is kept",
    () => {
      const gate = deferred();
      const invoke = () => gate.promise;
      return withRig(
        {
          routes: [
            { routeKey: 'a', integration: { kind: 'proxy', invoke, timeoutMs: 50 }, routeResponse: true },
          ],
        },
        async (rig) => {
          const client = await rig.open();
          client.socket.send('{"action":"a"}');
          await client.ask({ action: 'echo' });
          await rig.clock.advance(50);
          expect(JSON.parse(await client.frames.next())).toHaveProperty('message');
        },
      );
    },
  ],
  [
    'D',
    sources.mapping,
    'a MOCK integration answers without a function',
    says(mocked(), 'ping', `{"type":"pong","ts":${Date.UTC(2024, 10, 11, 13, 45, 46, 514)}}`),
  ],
  [
    'D',
    sources.routeResponse,
    'a MOCK without a route response says nothing',
    saysNothing(mocked({}, false), 'ping'),
  ],
  [
    'D',
    sources.mapping,
    'templates know the context of the message',
    () =>
      withRig(
        mocked({
          responseTemplates: {
            $default:
              '$context.routeKey $context.connectionId $context.identity.sourceIp [$context.authorizer.role]',
          },
        }),
        async (rig) => {
          const client = await rig.open();
          expect(await client.ask({ action: 'ping' })).toBe(`ping ${client.connectionId} 127.0.0.1 []`);
        },
      ),
  ],
  [
    'D',
    sources.selection,
    'a template is chosen by its selection expression',
    says(
      mocked({
        responseTemplates: { long: 'pong!', $default: 'p' },
        responseTemplateSelectionExpression: 'long',
      }),
      'ping',
      'pong!',
    ),
  ],
  [
    'D',
    sources.selection,
    'without a match the $default template is taken',
    says(
      mocked({
        responseTemplates: { long: 'pong!', $default: 'p' },
        responseTemplateSelectionExpression: '$request.body.size',
      }),
      'ping',
      'p',
    ),
  ],
  [
    'D',
    sources.mapping,
    'a MOCK without a status code is an error',
    says(mocked({ requestTemplates: { '200': '{}' } }), 'ping', internalError),
  ],
  [
    'D',
    sources.integrations,
    'a route without an integration is an error',
    says({ routes: [{ routeKey: 'a', routeResponse: true }] }, 'a', internalError),
  ],
  [
    'D',
    sources.connectRoutes,
    'new routes serve connections that are already open',
    () =>
      withRig({}, async (rig) => {
        const client = await rig.open();
        rig.gateway.replaceApi({
          ...rig.api,
          routes: [...rig.api.routes, route('later', () => ({ statusCode: 200, body: 'now' }), true)],
        });
        expect(await client.ask({ action: 'later' })).toBe('now');
      }),
  ],
);
