import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { LocalStackOptions } from '../../local/stackOptions.ts';
import type { Template } from '../../local/template/template.ts';
import { changeRights, without } from '../support/changedRights.ts';
import { openClient } from '../support/client.ts';
import { ownStack } from '../support/ownStack.ts';

const acme = { clientId: 'acme' };
const ann = { user: 'ann', roles: ['msp'] } as const;

/** A stack with mistakes in its roles, and what it printed of them. */
function mistaken(changes: (template: Template) => Template, more: Partial<LocalStackOptions> = {}) {
  let lines: string[] = [];
  const own = ownStack(() => ({
    memory: false,
    changeTemplate: changes,
    log: (text) => lines.push(text),
    ...more,
  }));
  beforeEach(() => {
    lines = [];
  });
  const denied = (entry: string) => [
    ...new Set(lines.filter((line) => line.startsWith(`AccessDenied: ${entry} `))),
  ];
  return { ...own, denied };
}

/** A stack that found no engine keeps its rows in memory, where no request to DynamoDB is made. */
const noRequests = 'no DynamoDB engine for this machine';

const onCondition = (condition: object) => (statement: Readonly<Record<string, unknown>>) =>
  statement.Condition === undefined ? statement : { ...statement, Condition: condition };

describe('a right that is missing is found', () => {
  const { stack, tenant, denied } = mistaken((template) => {
    const changes = [
      ['lambdas/disconnect.ts', without('dynamodb:UpdateItem')],
      ['lambdas/message.ts', without('dynamodb:ConditionCheckItem')],
      ['lambdas/message.ts', without('sqs:SendMessage')],
      ['lambdas/http.ts', without('execute-api:ManageConnections')],
      [
        'lambdas/authorize.ts',
        onCondition({ 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['OTHER#*'] } }),
      ],
    ] as const;
    return changes.reduce((changed, [entry, change]) => changeRights(changed, entry, change), template);
  });

  test('where a row is changed, by a function that nobody waits for', async ({ skip }) => {
    skip(stack().engine === 'memory', noRequests);
    const client = await tenant().staff('ann');
    await client.close();
    await expect
      .poll(() => denied('lambdas/disconnect.ts'))
      .toEqual([
        expect.stringMatching(
          /^AccessDenied: lambdas\/disconnect.ts may not dynamodb:UpdateItem on arn:aws:dynamodb:\S*:table\/\w+: no policy of its role allows it.$/,
        ),
      ]);
  });

  test('inside a transaction, of which the rest is allowed', async ({ skip }) => {
    skip(stack().engine === 'memory', noRequests);
    const own = tenant();
    const client = await own.staff('ann');
    const answer = await client.ask('auth', { payload: { token: await own.token(ann) } });
    expect(answer.payload.code).toBe('internal');
    expect(denied('lambdas/message.ts')).toEqual([
      expect.stringContaining('lambdas/message.ts may not dynamodb:ConditionCheckItem on arn:aws:dynamodb:'),
    ]);
  });

  test('where the action is allowed, but for other rows', async ({ skip }) => {
    skip(stack().engine === 'memory', noRequests);
    const { body } = await tenant().http(ann, 'POST', '/tickets');
    const { ticket } = body as { ticket: string };
    await expect(openClient(stack().wsUrl, { query: `?ticket=${ticket}` })).rejects.toThrow('refused');
    expect(denied('lambdas/authorize.ts')).toEqual([
      expect.stringMatching(
        /lambdas\/authorize.ts may not dynamodb:DeleteItem on .*on a condition of dynamodb:LeadingKeys, which does not hold.$/,
      ),
    ]);
  });

  test('where a message is sent to a queue', async () => {
    const client = await tenant().staff('ann');
    const job = { kind: 'translate', input: { text: 'hello', to: 'es' } };
    await client.ask('job.submit', { payload: job });
    expect(denied('lambdas/message.ts')).toEqual([
      expect.stringMatching(
        /lambdas\/message.ts may not sqs:SendMessage on arn:aws:sqs:\S*:JobWorkQueue\w+:/,
      ),
    ]);
  });

  test('where a frame is posted to a connection', async () => {
    const own = tenant();
    const client = await own.staff('otto');
    const payload = { ...acme, kind: 'call' };
    const asked = await own.http(ann, 'POST', '/actions/interaction.record', { payload });
    expect(asked.status).toBe(200);
    // Whatever cannot be posted is left to the queue, whose function may post.
    await client.type('interaction');
    expect(denied('lambdas/http.ts')).toEqual([
      expect.stringMatching(
        /lambdas\/http.ts may not execute-api:ManageConnections on arn:aws:execute-api:\S*\/dev\/POST\/@connections\//,
      ),
    ]);
  });
});

describe('a right that is missing is found where AWS translates or answers', () => {
  const { tenant, denied } = mistaken(
    (template) =>
      [
        ['features/jobs/lambdas/work.ts', without('comprehend:DetectDominantLanguage')] as const,
        [
          'features/assistant/lambdas/stream.ts',
          onCondition({ StringLike: { 'bedrock:InferenceProfileArn': 'arn:aws:bedrock:*:profile/other' } }),
        ] as const,
      ].reduce((changed, [entry, change]) => changeRights(changed, entry, change), template),
    { settings: { assistant: { provider: 'bedrock' } } },
  );

  test('by a job, to what Amazon Translate asks in its turn', async () => {
    const client = await tenant().staff('ann');
    await client.ask('job.submit', {
      payload: { kind: 'translate', input: { text: 'hello', to: 'es' } },
    });
    await expect
      .poll(() => denied('features/jobs/lambdas/work.ts'))
      .toEqual([
        'AccessDenied: features/jobs/lambdas/work.ts may not comprehend:DetectDominantLanguage on *: no policy of its role allows it.',
      ]);
  });

  test('by an answer, to the model behind an inference profile', async () => {
    const client = await tenant().staff('ann');
    await client.ask('assistant.ask', { payload: { text: 'Why?' } });
    expect((await client.type('stream.end')).payload.status).toBe('error');
    expect(denied('features/assistant/lambdas/stream.ts')).toEqual([
      expect.stringMatching(
        /may not bedrock:InvokeModelWithResponseStream on arn:aws:bedrock:us-west-2::foundation-model\/amazon.nova-lite-v1:0: .* a condition of bedrock:InferenceProfileArn, which does not hold.$/,
      ),
    ]);
  });
});

describe('a right that is missing is found by an app that emits', () => {
  const root = fileURLToPath(new URL('../support/emittingApp', import.meta.url));
  afterAll(() => rmSync(join(root, 'node_modules'), { recursive: true, force: true }));
  const { stack, tenant, denied } = mistaken(
    (template) =>
      changeRights(template, 'lambdas/emit.ts', onCondition({ StringEquals: { 'events:source': 'other' } })),
    { root },
  );

  test('where an event is put with a source that is another’s', async () => {
    const client = await tenant().staff('ann');
    await client.ask('engagement.update', { payload: { ...acme, status: 'active' } });
    await stack().clock.advance(60_000);
    expect(stack().events()).toEqual([]);
    expect(denied('../../../lambdas/emit.ts')).toEqual([
      expect.stringMatching(
        /may not events:PutEvents on arn:aws:events:\S*: .*events:source, which does not/,
      ),
    ]);
  });
});
