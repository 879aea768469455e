import { expect, test } from 'vitest';
import { emptyApi as api } from '../../conformance/emptyApi.ts';
import type { HttpApi, Route, WebSocketApi, WebSocketGatewayOptions } from '../index.ts';
import { createHttpGateway, createWebSocketGateway } from '../index.ts';

const invoke = async () => ({ statusCode: 200 });
const proxy = { kind: 'proxy' as const, invoke };
const mock = {
  kind: 'mock' as const,
  requestTemplates: { $default: '{"statusCode":200}' },
  responseTemplates: {},
};
const chat: Route = { routeKey: 'chat', routeResponse: false, integration: proxy };
const one = (route: object): Partial<WebSocketApi> => ({ routes: [{ ...chat, ...route }] });
const connect = (authorizer: object) => one({ routeKey: '$connect', authorizer: { invoke, ...authorizer } });

test.each<[string, object, RegExp]>([
  ['AWS_IAM', one({ authorizationType: 'AWS_IAM' }), /Route chat: .*authorizationType/],
  ['API keys', one({ apiKeyRequired: true }), /Route chat: .*apiKeyRequired/],
  ['models', one({ requestModels: {} }), /Route chat: .*requestModels/],
  ['request parameters', one({ requestParameters: {} }), /Route chat: .*requestParameters/],
  [
    'mapped parameters',
    one({ integration: { ...proxy, requestParameters: {} } }),
    /integration of route chat: .*requestParameters/i,
  ],
  [
    'templates on a proxy',
    one({ integration: { ...proxy, requestTemplates: {} } }),
    /integration of route chat: .*requestTemplates/i,
  ],
  [
    'a time-out of a MOCK',
    one({ integration: { ...mock, timeoutMs: 100 } }),
    /integration of route chat: .*timeoutMs/i,
  ],
  ['another kind of integration', one({ integration: { kind: 'http' } }), /Route chat: .*"http"/],
  [
    'results that are remembered',
    connect({ identitySources: [], ttlSeconds: 300 }),
    /authorizer of route \$connect: .*ttlSeconds/i,
  ],
  ['an address of a custom domain', { basePath: 'v1' }, /API: .*basePath/],
  ['a domain name that is none', { domainName: 'http://localhost' }, /domainName.*http:/],
])('what AWS would not take, or is not done here, throws and is named: %s', (_what, change, message) => {
  const changed = { ...api, ...change } as WebSocketApi;
  expect(() => createWebSocketGateway(changed)).toThrow(message);
  const gateway = createWebSocketGateway(api);
  expect(() => gateway.replaceApi(changed)).toThrow(message);
});

test.each<[string, object]>([
  ['what is undefined', one({ apiKeyRequired: undefined })],
  ['a domain name with a port', { domainName: '127.0.0.1:8787' }],
])('what AWS takes is taken: %s', (_what, change) => {
  expect(() => createWebSocketGateway({ ...api, ...change } as WebSocketApi)).not.toThrow();
});

test.each<[object, RegExp]>([
  [{ quotas: { frameByte: 1 } }, /quotas: .*frameByte\b/],
  [{ quotas: { frameBytes: -1 } }, /quotas.*frameBytes.*-1/],
  [{ quotas: { frameBytes: '32' } }, /quotas.*frameBytes.*32/],
  [{ quotas: { integrationTimeoutMs: 10 } }, /quotas.*integrationTimeoutMs.*10/],
  [{ quotas: { integrationTimeoutMs: 60_000 } }, /quotas.*integrationTimeoutMs.*60000/],
  [{ unknowns: { pong: false } }, /unknowns: .*pong\b/],
  [{ unknowns: { pongs: 'no' } }, /unknowns: pongs .*boolean.*no/],
  [{ unknowns: { connectFailureStatus: '502' } }, /unknowns: connectFailureStatus .*number.*502/],
  [{ unknowns: { largePosts: 'refuse' } }, /unknowns: largePosts .*fragmented, whole, refused.*refuse/],
  [{ faults: { posts: () => undefined } }, /faults: .*posts\b/],
  [{ clocks: 1 }, /options: .*clocks\b/],
])(
  'an option that is misspelt, or whose value means nothing, throws and is named: %j',
  (options, message) => {
    expect(() => createWebSocketGateway(api, options as WebSocketGatewayOptions)).toThrow(message);
  },
);

const http: HttpApi = { apiId: 'h', stage: '$default', region: 'eu-west-1', accountId: '1', routes: [] };
const oneHttp = (route: object) => ({ routes: [{ routeKey: 'GET /a', invoke, ...route }] });

test.each<[string, object, RegExp]>([
  ['another stage', { stage: 'dev' }, /Stage dev.*\$default/],
  ['an authorizer', oneHttp({ authorizationType: 'JWT' }), /Route GET \/a: .*authorizationType/],
  ['two routes with one key', { routes: [...oneHttp({}).routes, ...oneHttp({}).routes] }, /GET \/a.*two/],
  ['a method that no route can have', oneHttp({ routeKey: 'TRACE /a' }), /HTTP route TRACE/],
  ['a slash at the end', oneHttp({ routeKey: 'GET /a/' }), /HTTP route GET \/a\//],
  ['a setting of CORS', { cors: { allowOrigin: ['*'] } }, /cors: .*allowOrigin\b/],
  [
    '301 routes',
    { routes: Array.from({ length: 301 }, (_, at) => ({ routeKey: `GET /${at}`, invoke })) },
    /301 routes.*300/,
  ],
  ['a field of the API', { authorizers: [] }, /API: .*authorizers/],
  ['a domain name that is none', { domainName: 'a b' }, /domainName.*a b/],
])('an HTTP API that AWS would not take, or that is not done here, throws: %s', (_what, change, message) => {
  expect(() => createHttpGateway({ ...http, ...change } as HttpApi)).toThrow(message);
});

test('an HTTP API may have a route of its root', () => {
  expect(() => createHttpGateway({ ...http, ...oneHttp({ routeKey: 'GET /' }) })).not.toThrow();
});
