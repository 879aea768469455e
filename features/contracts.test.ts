import { readFileSync } from 'node:fs';
import { ProtocolError, validate } from '@tidings/protocol';
import { expect, test } from 'vitest';
import { actions, events } from '../test/support/appContracts.ts';

const document = readFileSync(new URL('../packages/protocol/PROTOCOL.md', import.meta.url), 'utf8');
const refusal = (action: string, payload: unknown) => {
  const contract = actions.get(action);
  if (!contract) throw new Error(`no action ${action}`);
  try {
    return validate(contract.payload, payload, 'payload');
  } catch (error) {
    if (error instanceof ProtocolError) return error.details;
    throw error;
  }
};

test('every action and every event is in the document', () => {
  for (const name of [...actions.keys(), ...events.keys()]) expect(document, name).toContain(`\`${name}\``);
});

test('a refusal names each wrong field with its path and what it should be', () => {
  expect(refusal('interaction.record', { clientId: 7, by: 1001 })).toEqual([
    { path: 'payload.clientId', message: 'expected string, received number' },
    { path: 'payload.kind', message: 'is missing: expected a string' },
    { path: 'payload.by', message: 'Too big: expected number to be <=1000' },
  ]);
});

test.each([
  ['interaction.record', { clientId: 'a', kind: 'k', by: 0 }, 'payload.by'],
  ['interaction.record', { clientId: 'a', kind: 'k', by: 1.5 }, 'payload.by'],
  ['interaction.record', { clientId: 'a b', kind: 'k' }, 'payload.clientId'],
  ['notification.send', { userId: 'u', kind: 'k', title: 't', data: [] }, 'payload.data'],
  ['job.submit', { kind: 'translate' }, 'payload.input'],
  ['message.send', { userId: '語'.repeat(100), body: 'b' }, 'payload.userId'],
  ['engagement.update', { clientId: 'a', score: 101 }, 'payload.score'],
  ['alert.raise', { to: {}, severity: 'info', title: 't' }, 'payload.to'],
  ['alert.raise', { to: { tenant: true, msp: true }, severity: 'info', title: 't' }, 'payload.to'],
  ['alert.raise', { to: { tenant: false }, severity: 'info', title: 't' }, 'payload.to'],
  ['alert.raise', { to: { msp: true }, severity: 'bad', title: 't' }, 'payload.severity'],
  ['message.send', { userId: '', body: 'b' }, 'payload.userId'],
  ['message.send', { userId: 'u', body: '' }, 'payload.body'],
  ['hello', {}, 'payload.v'],
  ['auth', { token: '' }, 'payload.token'],
])('%s with %j is refused at %s', (action, payload, path) => {
  expect(refusal(action, payload)).toMatchObject([{ path }]);
});

test('2.2: fields that are not known are ignored', () => {
  expect(refusal('engagement.get', { clientId: 'a', later: true })).toEqual({ clientId: 'a' });
});

test('any name of JSON is a name: none is dropped', () => {
  const data = JSON.parse('{"__proto__":{"constructor":1},"constructor":{"name":"Set"},"":0}');
  const sent = { userId: '__proto__', kind: 'constructor', title: 't', data };
  expect(JSON.stringify(refusal('notification.send', sent))).toBe(JSON.stringify(sent));
  const input = JSON.stringify(refusal('job.submit', { kind: 'translate', input: data }));
  expect(input).toContain('"__proto__":{"constructor":1}');
  expect(refusal('interaction.record', { clientId: '__proto__', kind: '__proto__' })).toMatchObject({
    kind: '__proto__',
  });
});
