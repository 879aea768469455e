import { expect } from 'vitest';
import { answering, connectArn, opens, refuses, using } from './authorizerRig.ts';
import { cases, sources } from './conformanceCase.ts';
import type { Handler, RigOptions } from './rig.ts';
import { allow, policy, withRig } from './rig.ts';

function throws(message: unknown): Handler {
  return () => Promise.reject(message);
}

const identity =
  (source: string, path: string, headers: Record<string, string>, more: RigOptions = {}) =>
  () =>
    withRig({ ...using(allow, [source]), ...more }, async (rig) => {
      expect((await rig.refused()).status).toBe(401);
      expect(rig.seen('authorizer').all).toHaveLength(0);
      await rig.open({ path, headers });
    });

export const authorizerCases = cases(
  ['D', sources.authorizer, 'Allow on the handshake ARN opens the connection', opens(using(allow))],
  [
    'D',
    sources.authorizer,
    'without a header that is an identity source: 401, and the authorizer is not run',
    identity('route.request.header.X-Token', '/dev', { 'x-token': 'abc' }),
  ],
  [
    'D',
    sources.authorizer,
    'without a query parameter that is an identity source: 401, and the authorizer is not run',
    identity('route.request.querystring.token', '/dev?token=abc', {}),
  ],
  [
    'D',
    sources.authorizer,
    'an identity source that is there but empty counts as missing',
    () =>
      withRig(using(allow, ['route.request.querystring.token']), async (rig) => {
        expect((await rig.refused({ path: '/dev?token=' })).status).toBe(401);
        expect(rig.seen('authorizer').all).toHaveLength(0);
      }),
  ],
  [
    'D',
    sources.authorizer,
    'all identity sources must be there',
    () =>
      withRig(using(allow, ['route.request.querystring.a', 'route.request.querystring.b']), async (rig) => {
        expect((await rig.refused({ path: '/dev?a=1' })).status).toBe(401);
        await rig.open({ path: '/dev?a=1&b=2' });
      }),
  ],
  [
    'D',
    sources.authorizer,
    'a stage variable can be an identity source',
    opens({ ...using(allow, ['stageVariables.colour']), api: { stageVariables: { colour: 'blue' } } }),
  ],
  [
    'D',
    sources.authorizer,
    'a stage variable that is not set is a missing identity source',
    refuses(using(allow, ['stageVariables.colour']), 401),
  ],
  [
    'D',
    sources.authorizer,
    'a context variable can be an identity source',
    opens(using(allow, ['context.identity.sourceIp'])),
  ],
  [
    'D',
    sources.authorizer,
    'a context variable that is not there is a missing identity source',
    refuses(using(allow, ['context.identity.userAgent']), 401),
  ],
  [
    'D',
    sources.gatewayResponses,
    'an authorizer that fails with "Unauthorized" gives 401',
    refuses(using(throws(new Error('Unauthorized'))), 401),
  ],
  [
    'D',
    sources.gatewayResponses,
    'a 401 says so as JSON',
    () =>
      withRig(using(throws('Unauthorized')), async (rig) => {
        expect(await rig.refused()).toMatchObject({ status: 401, body: '{"message":"Unauthorized"}' });
      }),
  ],
  [
    'D',
    sources.gatewayResponses,
    'an authorizer that fails otherwise gives 500',
    refuses(using(throws(new Error('db'))), 500),
  ],
  [
    'D',
    sources.gatewayResponses,
    "an authorizer's own words never reach the client",
    () =>
      withRig(using(throws(new Error('password is hunter2'))), async (rig) => {
        expect((await rig.refused()).body).not.toContain('hunter2');
        expect(rig.errors).toEqual(['the authorizer failed']);
      }),
  ],
  [
    'O',
    'https://github.com/serverless/examples/issues/557',
    'an authorizer that answers nothing gives 500',
    refuses(answering(undefined), 500),
  ],
  [
    'O',
    'https://github.com/serverless/examples/issues/557',
    'an answer without a policy gives 500',
    refuses(answering({ principalId: 'ada' }), 500),
  ],
  [
    'O',
    'https://github.com/serverless/examples/issues/557',
    'the simple answer of HTTP APIs gives 500',
    refuses(answering({ isAuthorized: true }), 500),
  ],
  [
    'D',
    sources.mapping,
    'context values reach $connect as strings, with principalId and integrationLatency',
    () =>
      withRig(
        answering(policy('Allow', connectArn, { context: { role: 'msp', level: 1, staff: true } })),
        async (rig) => {
          await rig.open();
          const { requestContext } = await rig.seen('$connect').next();
          expect(requestContext.authorizer).toEqual({
            role: 'msp',
            level: '1',
            staff: 'true',
            principalId: 'ada',
            integrationLatency: expect.any(Number),
          });
        },
      ),
  ],
  [
    'O',
    'https://github.com/boto/boto3/issues/3789',
    'the authorizer object is part of message and $disconnect events too',
    () =>
      withRig(using(allow), async (rig) => {
        const client = await rig.open();
        await client.ask({ action: 'echo' });
        client.socket.close();
        const connected = await rig.seen('$connect').next();
        const { authorizer } = connected.requestContext;
        expect(authorizer).toMatchObject({ principalId: 'ada' });
        expect((await rig.seen('echo').next()).requestContext.authorizer).toEqual(authorizer);
        expect((await rig.seen('$disconnect').next()).requestContext.authorizer).toEqual(authorizer);
      }),
  ],
  [
    'D',
    sources.authorizer,
    'without an authorizer there is no authorizer object',
    () =>
      withRig({}, async (rig) => {
        await rig.open();
        expect((await rig.seen('$connect').next()).requestContext).not.toHaveProperty('authorizer');
      }),
  ],
  [
    'D',
    sources.authorizer,
    'every handshake asks again: results are not cached',
    () =>
      withRig(using(allow, ['route.request.querystring.token']), async (rig) => {
        await rig.open({ path: '/dev?token=same' });
        await rig.open({ path: '/dev?token=same' });
        expect(rig.seen('authorizer').all).toHaveLength(2);
      }),
  ],
  [
    'D',
    sources.connectRoutes,
    'the authorizer is asked before $connect',
    () =>
      withRig({ ...using(allow), functions: { $connect: () => ({ statusCode: 418 }) } }, async (rig) => {
        expect((await rig.refused()).status).toBe(418);
        expect(rig.seen('authorizer').all).toHaveLength(1);
      }),
  ],
);
