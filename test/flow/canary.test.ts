import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openClient } from '../support/client.ts';
import { newTenant } from '../support/flow.ts';
import { type LocalStack, startTestStack } from '../support/localStack.ts';

const canary = 'canary-7b1f4e0d9c';
const written: string[] = [];
let stack: LocalStack;

beforeAll(async () => {
  const keep = (text: unknown) => {
    written.push(String(text));
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(keep);
  vi.spyOn(process.stderr, 'write').mockImplementation(keep);
  stack = await startTestStack({ log: keep });
});
afterAll(async () => {
  await stack.stop();
  vi.restoreAllMocks();
});

/** The parts of a token that open something, or tell who somebody is. */
const secrets: string[] = [canary];
const remember = (token: string) => {
  secrets.push(...token.split('.').slice(1));
  return token;
};

const aws = () => ({
  region: 'eu-west-1',
  endpoint: stack.awsUrl,
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
});

async function talk(): Promise<void> {
  const tenant = newTenant(stack);
  const person = { user: `${canary}-ann`, roles: ['msp', 'admin'] } as const;
  const token = remember(await tenant.token(person));
  const staff = await openClient(stack.wsUrl, { token });
  const carla = await tenant.clientUser('carla', canary);
  await staff.ask('hello', { payload: { v: 1, clientId: canary } });
  await carla.ask('subscribe', { topic: `room:${canary}` });
  await carla.ask('room.send', { topic: `room:${canary}`, ref: canary, payload: { body: canary } });
  await staff.ask('message.send', { payload: { userId: 'carla', body: canary } });
  await staff.ask('interaction.record', { payload: { clientId: canary, kind: canary } });
  await staff.ask('engagement.update', { payload: { clientId: canary, note: canary } });
  const raise = {
    to: { tenant: true },
    severity: 'info',
    title: canary,
    body: canary,
    dedupeKey: canary,
  } as const;
  await staff.ask('alert.raise', { payload: raise });
  await staff.ask('sync', { payload: { heads: { [`room:${canary}`]: 0 } } });
  await staff.ask('auth', { payload: { token: remember(await tenant.token(person)) } });
  await staff.ask('user.revoke', { payload: { userId: 'carla' } });
  await carla.closed;
}

async function talkNonsense(): Promise<void> {
  const tenant = newTenant(stack);
  const staff = await tenant.staff();
  const bad = [
    canary,
    `{"action":"${canary}"}`,
    `["${canary}`,
    `{"action":"subscribe","topic":"${canary}:x"}`,
  ];
  for (const text of bad) staff.sendText(text);
  staff.sendText(
    JSON.stringify({ action: 'message.send', payload: { userId: canary, body: canary.repeat(1800) } }),
  );
  staff.sendText(JSON.stringify({ action: 'message.send', payload: { userId: 7, body: canary } }));
  await staff.ask('auth', { payload: { token: `e30.${canary}.x` } });
  await staff.settled();
  staff.sendText(JSON.stringify({ action: 'message.send', payload: { body: canary.repeat(3000) } }));
  await staff.closed;
}

async function knockAtDoors(): Promise<void> {
  const tenant = newTenant(stack);
  const ann = { user: 'ann', roles: ['msp'] } as const;
  const good = remember(await tenant.token(ann));
  const forged = `${good.slice(0, -8)}${canary.slice(0, 8)}`;
  for (const query of [`?token=${forged}`, `?ticket=${canary}`, `?token=${canary}.x.y`]) {
    await expect(openClient(stack.wsUrl, { query })).rejects.toThrow('refused');
  }
  await expect(openClient(stack.wsUrl, { token: canary })).rejects.toThrow('refused');
  const headers = { origin: `https://${canary}.example` };
  await expect(openClient(stack.wsUrl, { token: good, headers })).rejects.toThrow('refused');
  const { body } = await tenant.http(ann, 'POST', '/tickets');
  const { ticket } = body as { ticket: string };
  secrets.push(ticket);
  await openClient(stack.wsUrl, { query: `?ticket=${ticket}` });
  await expect(openClient(stack.wsUrl, { query: `?ticket=${ticket}` })).rejects.toThrow('refused');
  for (const own of [good, forged, canary]) {
    for (const text of [canary, `{"payload":{"body":"${canary}"}}`, `{"ref":["${canary}"]}`]) {
      const authorization = `Bearer ${own}`;
      const init = { method: 'POST', headers: { authorization }, body: text };
      await (await fetch(`${stack.httpUrl}/actions/message.send?x=${canary}`, init)).text();
    }
  }
}

async function publishFromElsewhere(): Promise<void> {
  const client = new EventBridgeClient(aws());
  const entry = (detail: object) => ({
    Source: 'tidings',
    DetailType: 'message.send',
    Detail: JSON.stringify(detail),
  });
  const payload = { userId: 'carla', body: canary };
  const details = [
    { tenant: canary, ref: canary, payload },
    { tenant: canary, ref: canary, payload: { userId: 7, body: canary } },
    { ref: canary, payload },
  ];
  await client.send(new PutEventsCommand({ Entries: details.map(entry) }));
  client.destroy();
}

/** Functions that fail over what they were given: what they say of it ends in the log. */
async function failOver(): Promise<void> {
  const tenant = newTenant(stack);
  const staff = await tenant.staff();
  await tenant.clientUser('carla', canary);
  const { queues } = await stack.state();
  const client = new SQSClient(aws());
  for (const name of Object.keys(queues)) {
    for (const body of [canary, JSON.stringify({ frame: canary, to: [canary] }), `{"tenant":"${canary}"}`]) {
      await client.send(
        new SendMessageCommand({ QueueUrl: `${stack.awsUrl}/000000000000/${name}`, MessageBody: body }),
      );
    }
  }
  client.destroy();
  stack.faults.inject({ op: 'connect', outcome: 'error', count: 1 });
  await expect(tenant.connect({ user: canary, roles: ['msp'] })).rejects.toThrow('refused');
  stack.faults.inject({ op: 'commit', outcome: 'throttled', count: 500 });
  await staff.ask('message.send', { once: true, payload: { userId: 'carla', body: canary } });
  stack.faults.clear({});
  for (const outcome of ['gone', 'throttled', 'error-after', 'drop']) {
    stack.faults.inject({ op: 'post', outcome, count: 1 });
    await staff.ask('message.send', { payload: { userId: 'carla', body: canary } });
  }
  await stack.clock.advance(61_000);
}

test('a secret in every token and body is in no line that anything writes', async () => {
  await talk();
  await talkNonsense();
  await knockAtDoors();
  await publishFromElsewhere();
  await failOver();
  const lines = written.join('').split('\n').length;
  for (const secret of secrets) expect(written.filter((text) => text.includes(secret))).toEqual([]);
  // Without a line about what failed, nothing would have been searched.
  expect(written.join('\n')).toContain('"level":"ERROR"');
  expect(lines).toBeGreaterThan(3);
});
