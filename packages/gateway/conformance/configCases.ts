import { expect } from 'vitest';
import type { Route } from '../src/index.ts';
import { createWebSocketGateway } from '../src/index.ts';
import { cases, sources } from './conformanceCase.ts';
import { emptyApi } from './emptyApi.ts';
import { withRig } from './rig.ts';

const stages = 'https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-stages.html';

const integration = { kind: 'proxy' as const, invoke: async () => ({ statusCode: 200 }) };
const route = (change: object = {}): Route => ({
  routeKey: 'chat',
  routeResponse: false,
  integration,
  ...change,
});
const timeout = (timeoutMs: number) => ({ routes: [route({ integration: { ...integration, timeoutMs } })] });
const many = (count: number) => ({
  routes: Array.from({ length: count }, (_, at) => route({ routeKey: `route${at}` })),
});
const create = (change: object, quotas = {}) => {
  createWebSocketGateway({ ...emptyApi, ...change }, { quotas });
};

/** What is taken, and what is refused with a message that fits. */
const takes = (good: readonly object[], bad: readonly (readonly [object, RegExp])[]) => async () => {
  for (const change of good) expect(() => create(change)).not.toThrow();
  for (const [change, message] of bad) expect(() => create(change)).toThrow(message);
};

export const configCases = cases(
  [
    'D',
    sources.quotas,
    'an integration takes from 50 ms to 29 s',
    takes(
      [timeout(50), timeout(29_000)],
      [
        [timeout(10), /Route chat: timeoutMs.*10/],
        [timeout(60_000), /Route chat: timeoutMs.*60000/],
        [timeout(Number.NaN), /Route chat: timeoutMs.*NaN/],
      ],
    ),
  ],
  [
    'D',
    sources.quotas,
    'an API has 300 routes, and more where the quota was raised',
    async () => {
      await takes([many(300)], [[many(301), /301 routes.*300/]])();
      expect(() => create(many(301), { routesPerApi: 301 })).not.toThrow();
    },
  ],
  [
    'D',
    stages,
    'a stage is named with 1 to 128 letters, digits, hyphens and underscores',
    takes(
      [{ stage: 'Prod-1_a' }, { stage: 'x'.repeat(128) }],
      ['', 'a/b', 'a b', '$default', 'ä', 'x'.repeat(129)].map((stage) => [{ stage }, /^Stage /] as const),
    ),
  ],
  [
    'D',
    stages,
    'stage variables have plain names, and values without spaces',
    takes(
      [{ stageVariables: { a_1: 'https://x.example/?a=b&c#d,e~f' } }],
      [
        [{ stageVariables: { 'a-b': 'x' } }, /Stage variable a-b/],
        [{ stageVariables: { a: 'x y' } }, /Stage variable a/],
      ],
    ),
  ],
  [
    'D',
    sources.routes,
    'a route key is not empty',
    takes([], [[{ routes: [route({ routeKey: '' })] }, /route key must not be empty/]]),
  ],
  [
    'D',
    sources.mapping,
    'a domain name that is set is in every event, so that a function finds its way back',
    () =>
      withRig({ api: { domainName: 'localhost:4000' } }, async (rig) => {
        const client = await rig.open();
        await client.ask({ action: 'echo' });
        client.socket.close();
        const end = await rig.seen('$disconnect').next();
        for (const event of [await rig.seen('$connect').next(), await rig.seen('echo').next(), end])
          expect(event.requestContext.domainName).toBe('localhost:4000');
        expect(end.headers.Host).toBe('localhost:4000');
      }),
  ],
);
