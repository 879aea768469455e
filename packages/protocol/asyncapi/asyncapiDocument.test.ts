import { expect, test } from 'vitest';
import { actionNames, contracts, events } from '../../../test/support/appContracts.ts';
import { disconnectRules, errorRules } from '../src/errors.ts';
import { asyncapiDocument } from './asyncapiDocument.ts';
import { contractModel } from './model.ts';

interface Node {
  readonly [key: string]: Node;
}

const model = contractModel(contracts);
const document = JSON.parse(JSON.stringify(asyncapiDocument(model, { version: '1.2.3' }))) as Node;

function at(pointer: string): unknown {
  return pointer
    .split('/')
    .slice(1)
    .reduce<unknown>((node, key) => (node as Node | undefined)?.[key], document);
}

function references(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) =>
    key === '$ref' ? [String(value)] : references(value),
  );
}

test('the document says which release it describes', () => {
  expect(document).toMatchObject({ asyncapi: '3.0.0', info: { title: 'Tidings', version: '1.2.3' } });
});

test('every reference leads to something', () => {
  const all = references(document);
  expect(all.length).toBeGreaterThan(100);
  expect(all.filter((pointer) => at(pointer.replace(/^#/, '')) === undefined)).toEqual([]);
});

test('every action is an operation that the server receives, with its answer and the error frame', () => {
  for (const name of actionNames) {
    const operation = at(`/operations/${name}`) as { action: string; messages: unknown; reply: Node };
    expect(operation, name).toMatchObject({ action: 'receive' });
    const [answer, error] = references(operation.reply.messages);
    expect(at(`${answer?.replace(/^#/, '')}`), name).toBeDefined();
    expect(answer, name).toMatch(new RegExp(`/${name}\\.(ack|subscribed)$`));
    expect(error, name).toBe('#/channels/socket/messages/error');
  }
});

test('every event is an operation that the server sends, with its topics and its mode', () => {
  for (const [type, { topics, mode = 'log' }] of events) {
    expect(at(`/operations/event.${type}`), type).toMatchObject({
      action: 'send',
      'x-topics': topics === 'presence' ? ['room:<id>', 'orders:<id>'] : topics,
      'x-mode': mode,
    });
  }
});

test('every kind of topic says to programs what its words say to people', () => {
  expect(at('/components/parameters/room/x-topic')).toEqual({
    kind: 'room',
    address: 'room:<id>',
    varies: '[A-Za-z0-9_-]{1,64}',
    example: 'room:lobby',
    who: 'anyone of the tenant',
    documentation: 'A place to talk in, and to see who else is there.',
    presence: true,
    history: true,
  });
  expect(at('/components/parameters/clients/x-topic')).toMatchObject({ kind: 'client', address: 'client:*' });
});

test('an event and an action of the same name are two messages', () => {
  const names = ['notification.read', 'event.notification.read'];
  const payloads = names.map((name) => at(`/components/messages/${name}/payload/properties`));
  expect(payloads[0]).toHaveProperty('action');
  expect(payloads[1]).toHaveProperty('type.const', 'notification.read');
});

test('every frame of the server beside answers and events is there', () => {
  for (const type of ['error', 'disconnect', 'resync', 'batch', 'unsubscribed', 'pong', 'fanout.complete']) {
    expect(at(`/operations/control.${type}`), type).toMatchObject({ action: 'send' });
  }
  expect(at('/operations/ping/reply/messages')).toEqual([{ $ref: '#/channels/socket/messages/pong' }]);
});

test('every error code and every code of a close is there', () => {
  const codes = at('/components/messages/error/payload/properties/payload/properties/code/enum');
  expect(codes).toEqual(Object.keys(errorRules));
  expect(Object.keys(Object(document['x-error-codes']))).toEqual(Object.keys(errorRules));
  expect(at('/x-error-codes/rate_limited')).toEqual({
    retryable: true,
    httpStatus: 429,
    documentation: 'Too much at once, or for one recipient: wait `retryAfterMs`.',
  });
  expect(document['x-disconnect-codes']).toEqual(JSON.parse(JSON.stringify(disconnectRules)));
  const closes = at('/components/messages/disconnect/payload/properties/payload/properties/code/anyOf');
  expect((closes as { const: number }[]).map((one) => String(one.const))).toEqual(
    Object.keys(disconnectRules),
  );
});

test('all three ways to prove who one is are offered by each server', () => {
  const schemes = Object.keys(at('/components/securitySchemes') as object);
  expect(schemes).toEqual(['subprotocol', 'ticket', 'query']);
  for (const server of ['deployed', 'local']) {
    expect(references(at(`/servers/${server}/security`))).toEqual(
      schemes.map((name) => `#/components/securitySchemes/${name}`),
    );
  }
});

test('only actions of the domain are offered over HTTP', () => {
  const paths = model.actions.map(({ name }) => [name, at(`/operations/${name}/x-http/path`)]);
  expect(Object.fromEntries(paths)).toMatchObject({ hello: undefined, stats: '/actions/stats' });
});
