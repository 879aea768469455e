import { expect, test } from 'vitest';
import { emptyApi as api } from '../../conformance/emptyApi.ts';
import type { HttpRoute, Route, WebSocketApi } from '../index.ts';
import { createHttpGateway, createWebSocketGateway } from '../index.ts';

const invoke = async () => ({ statusCode: 200 });
const chat: Route = { routeKey: 'chat', routeResponse: false, integration: { kind: 'proxy', invoke } };
const mock = (template: string): Route => ({
  ...chat,
  integration: { kind: 'mock', requestTemplates: { $default: template }, responseTemplates: {} },
});

test.each<[string, Partial<WebSocketApi>, RegExp]>([
  [
    'a route key of your own that begins with $',
    { routes: [{ ...chat, routeKey: '$chat' }] },
    /must not begin/,
  ],
  ['two routes with one key', { routes: [chat, chat] }, /two of them/],
  [
    'an authorizer on another route than $connect',
    { routes: [{ ...chat, authorizer: { invoke, identitySources: [] } }] },
    /only \$connect/,
  ],
  [
    'an identity source that does not exist',
    {
      routes: [
        {
          ...chat,
          routeKey: '$connect',
          authorizer: { invoke, identitySources: ['method.request.header.X'] },
        },
      ],
    },
    /identity source method/,
  ],
  ['a template that is not supported', { routes: [mock('#set($a = 1)')] }, /Mapping template/],
  [
    'a selection expression that is not supported',
    { routeSelectionExpression: '$request.header.x' },
    /Selection expression/,
  ],
])('an API that AWS would not deploy, or that is not supported, is refused: %s', (_what, change, message) => {
  expect(() => createWebSocketGateway({ ...api, ...change })).toThrow(message);
});

test('a new API that is refused leaves the old one in place', () => {
  const gateway = createWebSocketGateway(api);
  expect(() => gateway.replaceApi({ ...api, routes: [chat, chat] })).toThrow(/two of them/);
  expect(() => gateway.replaceApi({ ...api, routes: [chat] })).not.toThrow();
});

test.each(['GET', 'get /a', 'GET a', 'GET /{all+}/more'])(
  'an HTTP route key that is malformed is refused: %s',
  (routeKey) => {
    const routes: HttpRoute[] = [{ routeKey, invoke }];
    const http = { apiId: 'h', stage: '$default', region: 'eu-west-1', accountId: '1', routes } as const;
    expect(() => createHttpGateway(http)).toThrow(/HTTP route/);
  },
);
