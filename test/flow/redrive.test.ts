import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { run } from '../../packages/cli/src/run.ts';
import { ownStack } from '../support/ownStack.ts';

const { stack, tenant } = ownStack();

async function redrive(...words: string[]) {
  const lines: { queue: string; [name: string]: unknown }[] = [];
  const code = await run(['redrive', '--url', stack().httpUrl, ...words], {
    env: {},
    stop: new AbortController().signal,
    print: (line) => lines.push(JSON.parse(line)),
    complain: (text) => expect(text).toBe(''),
  });
  expect(code).toBe(0);
  return lines;
}

const queueNamed = async (name: RegExp) => {
  const { queues } = await stack().state();
  const [found] = Object.entries(queues).filter(([one]) => name.test(one));
  return found?.[1];
};

test('what could not be delivered goes back to its queue, and is worked on', async () => {
  const own = tenant();
  const ann = await own.staff('ann');
  await ann.ask('subscribe', { topic: 'room:lobby' });
  stack().faults.inject({ op: 'deliver', outcome: 'error' });
  await ann.ask('presence.set', { topic: 'room:lobby', payload: { data: 'secret' } });
  await stack().clock.advance(3_600_000);
  expect(await queueNamed(/DeadLetters/)).toMatchObject({ hidden: 0 });
  const [letter, ...others] = await redrive('--list', '--queue', 'DeliveryDeadLetters');
  expect(letter).toMatchObject({ kind: 'presence', id: expect.any(String) });
  expect(JSON.stringify([letter, ...others])).not.toMatch(/secret|lobby/);
  const before = await queueNamed(/DeadLetters/);
  expect(before?.visible).toBe(others.length + 1);
  const [plan] = await redrive('--queue', 'DeliveryDeadLetters');
  expect(plan).toMatchObject({ messages: before?.visible, to: 'queue', wouldSend: true });
  expect(await queueNamed(/DeadLetters/)).toEqual(before);

  stack().faults.clear({});
  await redrive('--queue', 'DeliveryDeadLetters', '--yes');
  await expect.poll(() => queueNamed(/DeliveryQueue/)).toEqual({ visible: 0, hidden: 0 });
  expect(await queueNamed(/DeadLetters/)).toEqual({ visible: 0, hidden: 0 });
});

test('an event of another service that was given up goes to the bus again', async () => {
  const own = tenant();
  const carla = await own.clientUser('carla', 'acme');
  const aws = (await (await fetch(`${stack().httpUrl}/_local/aws`)).json()) as {
    endpoint: string;
    region: string;
    queues: { name: string; url: string }[];
  };
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const sqs = new SQSClient({ endpoint: aws.endpoint, region: aws.region, credentials });
  const event = {
    source: 'tidings',
    'detail-type': 'message.send',
    detail: { tenant: own.name, ref: 'again', payload: { userId: 'carla', body: 'Hello' } },
  };
  const QueueUrl = aws.queues.find(({ name }) => /DeadEvents/.test(name))?.url;
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(event) }));
  sqs.destroy();
  expect(await redrive('--yes', '--queue', 'EventBusApiDeadEvents')).toMatchObject([{ sent: 1 }]);
  expect(await carla.type('message')).toMatchObject({ from: 'bus', payload: { body: 'Hello' } });
  expect(await queueNamed(/DeadEvents/)).toEqual({ visible: 0, hidden: 0 });
});
