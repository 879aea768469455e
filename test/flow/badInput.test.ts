import { expect, inject, test } from 'vitest';
import type { Client } from '../support/client.ts';
import { newTenant } from '../support/flow.ts';

const { httpUrl } = inject('localStack');

async function refusal(client: Client, text: string) {
  const before = client.of('error').length;
  client.sendText(text);
  await client.until(() => client.of('error').length > before, 'an error');
  return client.of('error').at(-1)?.payload;
}

test.each([
  ['not JSON', 'hello', 'bad_request', 'not JSON'],
  ['an array', '[1,2]', 'bad_request', 'not an array'],
  ['no action', '{"ref":"r"}', 'bad_request', 'names no action'],
  ['an unknown action', '{"action":"no.such"}', 'unknown_action', '"no.such" here; GET /asyncapi.json'],
  [
    'a wrong type',
    '{"action":"interaction.record","payload":{"clientId":7,"kind":"k"}}',
    'validation_failed',
    'payload.clientId: expected string',
  ],
  [
    'a missing field',
    '{"action":"interaction.record","payload":{"clientId":"a"}}',
    'validation_failed',
    'payload.kind: is missing',
  ],
  ['a missing topic', '{"action":"subscribe"}', 'validation_failed', 'topic: is missing'],
  [
    'a topic of the wrong kind',
    '{"action":"room.send","topic":"tenant","payload":{"body":"b"}}',
    'validation_failed',
    'topic: must be room:<id>',
  ],
  ['no topic of ours', '{"action":"subscribe","topic":"tenant:other"}', 'unknown_topic', '"tenant:other"'],
  ['a foreign topic', '{"action":"subscribe","topic":"client:globex"}', 'forbidden', 'client:globex'],
  ['a topic that is not followed', '{"action":"unsubscribe","topic":"room:x"}', 'not_subscribed', 'room:x'],
  ['10,000 levels', '['.repeat(10_000) + ']'.repeat(10_000), 'bad_request', '32 levels'],
  [
    'too many bytes',
    JSON.stringify({ action: 'message.send', payload: { userId: 'u', body: 'x'.repeat(32_100) } }),
    'payload_too_large',
    '32000',
  ],
  ['an action that is no text', '{"action":{"a":1}}', 'validation_failed', 'action: expected string'],
])(
  '2.5, 2.6: %s is told what is wrong and where, and the connection stays open',
  async (_what, text, code, says) => {
    const tenant = newTenant();
    const user = await tenant.clientUser('carla', 'acme');
    const payload = await refusal(user, text);
    expect(payload).toMatchObject({ code, retryable: false });
    expect(payload?.message).toContain(says);
    await user.settled();
  },
);

const unsendable: [string, string, string][] = [
  [
    'half a surrogate pair',
    'bad_request',
    '{"action":"room.send","ref":"k","topic":"room:lobby","payload":{"body":"x\\ud83d"}}',
  ],
  [
    'a payload 33 deep',
    'bad_request',
    `{"action":"room.send","ref":"k","payload":{"a":${'['.repeat(31)}${']'.repeat(31)}}}`,
  ],
  [
    'a frame between 32,000 and 32,768 bytes',
    'payload_too_large',
    `{"action":"room.send","ref":"k","payload":{"body":"${'x'.repeat(32_500)}"}}`,
  ],
];

test.each(unsendable)('2.3: %s is refused with the ref of its request', async (_what, code, text) => {
  const user = await newTenant().clientUser('carla', 'acme');
  user.sendText(text);
  await user.until(() => user.of('error').length > 0, 'an error');
  expect(user.of('error')[0]).toMatchObject({ ref: 'k', payload: { code, retryable: false } });
});

test.each(unsendable)(
  '2.3: by HTTP too, %s is refused with the ref of its request',
  async (_what, code, text) => {
    const token = await newTenant().token({ user: 'carla', roles: ['client'], clients: ['acme'] });
    const answer = await fetch(`${httpUrl}/actions/room.send`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: text,
    });
    expect(await answer.json()).toMatchObject({ type: 'error', ref: 'k', payload: { code } });
  },
);

test('6: a refused frame costs no database write', async () => {
  const tenant = newTenant();
  const user = await tenant.clientUser('carla', 'acme');
  // Other tests write at the same time, so what this tenant left in the table is what counts.
  await refusal(
    user,
    '{"action":"engagement.update","payload":{"clientId":"acme","status":"x"},"ref":"never"}',
  );
  await refusal(
    user,
    '{"action":"interaction.record","payload":{"clientId":"globex","kind":"x"},"ref":"never"}',
  );
  const again = await user.ask('interaction.record', {
    ref: 'never',
    payload: { clientId: 'acme', kind: 'login' },
  });
  expect(again.payload).toMatchObject({ total: 1, seq: 1 });
  expect(again.payload.dup).toBeUndefined();
});

test('a frame above 32 KB closes the connection with 1009, as API Gateway does', async () => {
  const user = await newTenant().clientUser('carla', 'acme');
  user.sendText(
    JSON.stringify({ action: 'message.send', payload: { userId: 'u', body: 'x'.repeat(33_000) } }),
  );
  expect((await user.closed).code).toBe(1009);
});

test('2.2: every frame has a type, a time and well-formed JSON', async () => {
  const tenant = newTenant();
  const staff = await tenant.staff();
  const user = await tenant.clientUser('carla', 'acme');
  await user.ask('interaction.record', { payload: { clientId: 'acme', kind: 'login' } });
  await user.ask('subscribe', { topic: 'client:acme' });
  await staff.ask('engagement.update', { payload: { clientId: 'acme', score: 1 } });
  await refusal(user, 'x');
  await Promise.all([staff.settled(), user.settled()]);
  const frames = [...staff.transcript, ...user.transcript].filter(
    (frame) => frame.type !== 'fanout.complete',
  );
  expect(frames.length).toBeGreaterThan(6);
  for (const frame of frames) {
    expect(frame).toMatchObject({ type: expect.any(String), ts: expect.any(Number) });
  }
});

test('6: too many frames are told when to go on, and the connection stays', async () => {
  const user = await newTenant().clientUser('carla', 'acme');
  for (let n = 0; n < 150; n++) user.sendText('{"action":"engagement.get","payload":{"clientId":"acme"}}');
  await user.until(() => user.transcript.length >= 150, '150 answers');
  const refused = user.of('error').map((frame) => frame.payload);
  expect(refused.length).toBeGreaterThanOrEqual(20);
  for (const payload of refused) {
    expect(payload).toMatchObject({
      code: 'rate_limited',
      retryable: true,
      retryAfterMs: expect.any(Number),
    });
  }
});

test('the HTTP API judges a body by the same rules', async () => {
  const tenant = newTenant();
  const token = await tenant.token({ user: 'ann', roles: ['msp'] });
  const post = async (body: string) => {
    const response = await fetch(`${httpUrl}/actions/stats`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body,
    });
    return { status: response.status, body: (await response.json()) as { payload: { code: string } } };
  };
  expect(await post('nonsense')).toMatchObject({ status: 400, body: { payload: { code: 'bad_request' } } });
  expect(await post('[]')).toMatchObject({ status: 400, body: { payload: { code: 'bad_request' } } });
  expect(await post('{"ref":7}')).toMatchObject({
    status: 400,
    body: { payload: { code: 'validation_failed' } },
  });
  expect(await post('')).toMatchObject({ status: 200 });
});
