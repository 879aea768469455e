import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { App } from '../../features/index.ts';
import { stackName } from '../../lib/app.ts';
import { createPublisher, publishToBus } from '../../publisher/index.ts';
import { ownStack } from '../support/ownStack.ts';

const { stack, tenant } = ownStack();
let events: EventBridgeClient;
beforeAll(() => {
  events = new EventBridgeClient({
    endpoint: stack().awsUrl,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
});
afterAll(() => events.destroy());

/** That of the stage `dev`. */
const busName = stackName('dev');

const put = (action: string, detail: object, source = 'tidings') =>
  events.send(
    new PutEventsCommand({
      Entries: [
        { EventBusName: busName, Source: source, DetailType: action, Detail: JSON.stringify(detail) },
      ],
    }),
  );

test('5.4: another service publishes over the event bus, as the user bus with the role service', async () => {
  const own = tenant();
  const staff = await own.staff();
  const user = await own.clientUser('carla', 'acme');
  const detail = { tenant: own.name, ref: 'e1', payload: { clientId: 'acme', status: 'active' } };
  await put('engagement.update', detail);
  for (const who of [staff, user]) {
    expect(await who.type('engagement')).toMatchObject({
      topic: 'client:acme',
      seq: 1,
      from: 'bus',
      payload: { status: 'active', version: 1 },
    });
  }
});

test('an event that is delivered twice counts once', async () => {
  const own = tenant();
  const staff = await own.staff();
  const detail = { tenant: own.name, ref: 'twice', payload: { clientId: 'acme', kind: 'call' } };
  await put('interaction.record', detail);
  await put('interaction.record', detail);
  const sent = () => staff.transcript.filter(({ type }) => type === 'interaction');
  await staff.until(() => sent().length >= 2, 'the frame, and the frame again');
  const [first, again] = sent();
  expect(again).toEqual(first);
  const { payload } = await staff.ask('engagement.get', { payload: { clientId: 'acme' } });
  expect(payload.totals).toEqual({ call: 1 });
});

test('a room is written to over the bus, and what the role service may not do is not done', async () => {
  const own = tenant();
  const ann = await own.staff('ann');
  await ann.ask('subscribe', { topic: 'room:lobby' });
  await put('user.revoke', { tenant: own.name, ref: 'no', payload: { userId: 'ann' } });
  await put('engagement.update', { ref: 'no tenant', payload: { clientId: 'acme', status: 'x' } });
  await put(
    'room.send',
    { tenant: own.name, ref: 'other', topic: 'room:lobby', payload: { body: 'x' } },
    'me',
  );
  await put('room.send', { tenant: own.name, ref: 'room', topic: 'room:lobby', payload: { body: 'hi' } });
  expect(await ann.type('room.message')).toMatchObject({ seq: 1, from: 'bus', payload: { body: 'hi' } });
  await ann.settled();
  expect(ann.of('disconnect')).toEqual([]);
});

test('the publisher for services runs actions over HTTP, and through the bus', async () => {
  const own = tenant();
  const user = await own.clientUser('carla', 'acme');
  const crm = { user: 'crm', roles: ['service'] as const };
  const publisher = createPublisher<App>({ httpUrl: stack().httpUrl, getToken: () => own.token(crm) });
  const payload = { userId: 'carla', kind: 'invoice', title: 'Ready' };
  const { id } = await publisher.publish({ action: 'notification.send', payload, ref: 'n1' });
  expect((await user.type('notification')).payload).toMatchObject({ id, title: 'Ready' });
  const again = await publisher.publish({ action: 'notification.send', payload, ref: 'n1' });
  expect(again).toMatchObject({ id, dup: true });
  const [refused] = await publisher.publishAll([
    { action: 'notification.send', payload: { ...payload, title: '' } },
  ]);
  expect(refused).toMatchObject({ error: { code: 'validation_failed' } });
  await publishToBus<App>([{ action: 'message.send', payload: { userId: 'carla', body: 'Hello' } }], {
    tenant: own.name,
    busName,
    put: (Entries) => events.send(new PutEventsCommand({ Entries })),
  });
  expect(await user.type('message')).toMatchObject({ from: 'bus', payload: { body: 'Hello' } });
});
