import { describe, expect, test } from 'vitest';
import type { Resource, Template } from '../../local/template/template.ts';
import { type Client, openClient } from '../support/client.ts';
import { ownStack } from '../support/ownStack.ts';

const acme = { clientId: 'acme' };
const clientTopic = { topic: 'client:acme' };

/** A change of the template: functions made of careless features, and perhaps one of them with less time. */
const careless =
  (timeouts: Readonly<Record<string, number>> = {}) =>
  ({ Resources }: Template): Template => {
    const changed = Object.entries(Resources).map(([id, resource]): [string, Resource] => {
      const { Metadata, Properties } = resource;
      const entry = Metadata?.['tidings:entry'];
      if (entry === undefined) return [id, resource];
      const Timeout = timeouts[String(entry)] ?? Properties?.Timeout;
      const features = { ...Metadata, 'tidings:features': 'test/support/careless.ts' };
      return [id, { ...resource, Metadata: features, Properties: { ...Properties, Timeout } }];
    });
    return { Resources: Object.fromEntries(changed) };
  };

/** What API Gateway sends in the place of an answer. */
const internalError = (client: Client) =>
  client.until((frame) => (frame as { message?: string }).message === 'Internal server error', 'an error');

describe('as on Lambda', () => {
  const { tenant } = ownStack(() => ({ changeTemplate: careless() }));

  test('a request has the variables of its function to itself, however many run at once', async () => {
    const own = tenant();
    const clients = await Promise.all(['ann', 'ben', 'cleo'].map((user) => own.staff(user)));
    const kinds = ['call', 'visit', 'login'];
    const answers = await Promise.all(
      clients.map((client, n) =>
        client.ask('interaction.forget', { payload: { ...acme, kind: kinds[n] ?? '' } }),
      ),
    );
    expect(answers.map(({ payload }) => payload)).toEqual(kinds.map((kind) => ({ kind, others: [] })));
  });

  test('what is begun and not awaited waits for the next request of its function', async () => {
    const own = tenant();
    const [ann, ben] = [await own.staff('ann'), await own.staff('ben')];
    await ben.ask('subscribe', clientTopic);
    await ann.ask('interaction.record', { payload: { ...acme, kind: 'call' } });
    // Other functions have all the time that it would need, and more.
    for (const user of ['cleo', 'dan', 'eve']) await own.http({ user, roles: ['msp'] }, 'GET', '/stats');
    await ben.settled();
    expect(ben.of('interaction')).toEqual([]);
    await ann.ask('interaction.forget', { payload: { ...acme, kind: 'visit' } });
    expect((await ben.type('interaction')).payload).toMatchObject({ kind: 'call' });
  });
});

describe('a function whose time is over', () => {
  const { tenant } = ownStack(() => ({ changeTemplate: careless({ 'lambdas/message.ts': 4 }) }));

  test('is thrown away with all that it was about to do, and a new one takes its place', async () => {
    const own = tenant();
    const [ann, ben] = [await own.staff('ann'), await own.staff('ben')];
    await ben.ask('subscribe', clientTopic);
    const late = { action: 'engagement.update', payload: { ...acme, score: 45, status: 'too late' } };
    ann.sendText(JSON.stringify(late));
    const ids = { connectionId: expect.any(String), requestId: expect.any(String) };
    expect(await internalError(ann)).toMatchObject(ids);
    // By the time of this one's end, the first one's would be long over.
    await ann.ask('engagement.update', { payload: { ...acme, score: 15, status: 'in time' } });
    await ben.type('engagement');
    expect(ben.of('engagement').map(({ payload }) => payload.status)).toEqual(['in time']);
  });
});

describe('an account whose functions run as often as it may', () => {
  let lines: string[] = [];
  const { stack, tenant } = ownStack(() => {
    lines = [];
    return { changeTemplate: careless(), concurrency: 1, log: (line) => lines.push(line) };
  });

  test('refuses what comes meanwhile, and only that; what waits in a queue comes again', async () => {
    const own = tenant();
    const [ann, ben] = [await own.staff('ann'), await own.staff('ben')];
    const token = await own.token({ user: 'cleo', roles: ['msp'] });
    const running = ann.ask('engagement.update', { payload: { ...acme, score: 10 } });
    ben.sendText(JSON.stringify({ action: 'stats', ref: 'r' }));
    await internalError(ben);
    await expect(openClient(stack().wsUrl, { token })).rejects.toThrow('refused with 500');
    const answer = await fetch(`${stack().httpUrl}/stats`, { headers: { authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(500);
    expect((await running).type).toBe('ack');
    expect((await ben.ask('stats')).type).toBe('ack');

    // Its message is there before its answer is: the function that sent it still runs.
    await ann.ask('job.submit', { payload: { kind: 'translate', input: { text: 'hello', to: 'es' } } });
    await stack().clock.advance(1_000);
    expect((await ann.type('job.result')).payload).toMatchObject({ status: 'done' });
    expect(lines.filter((line) => line.includes('a batch waits'))).toEqual([
      expect.stringMatching(
        /^JobWork\w*: a batch waits for 1000 ms: TooManyRequestsException: Rate Exceeded/,
      ),
    ]);
  });
});
