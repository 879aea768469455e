import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBedrock } from '../../features/assistant/adapters/bedrock/connect.ts';
import { modelContract } from '../../features/assistant/adapters/model.contract.ts';
import { openTranslator } from '../../features/jobs/adapters/translate/connect.ts';
import { translatorContract } from '../../features/jobs/adapters/translator.contract.ts';
import { type LocalClock, localClock } from '../clock.ts';
import { callers } from '../rights/callers.ts';
import { keyring } from '../rights/credentials.ts';
import { rightsUsed } from '../rights/rightsUsed.ts';
import { type AwsServer, openAwsServer } from './awsServer.ts';
import { eventBus } from './eventBus.ts';
import { needsOfConverse } from './needsOf.ts';
import { localQueues } from './sqs.ts';

let clock: LocalClock;
let server: AwsServer;

beforeAll(async () => {
  clock = localClock();
  server = await openAwsServer({
    queues: localQueues(clock),
    bus: eventBus({ clock, invoke: async () => null, log: () => {} }),
    callers: callers({ keys: keyring(), used: rightsUsed(undefined), log: () => {} }),
  });
});

afterAll(async () => {
  await server.close();
  clock.stop();
});

const anybody = () => ({
  region: 'us-east-1',
  endpoint: server.endpoint,
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  maxAttempts: 1,
});

describe('the stand-in for Bedrock', () => {
  const bedrock = (modelId = 'us.amazon.nova-lite-v1:0') => openBedrock(modelId, anybody());
  modelContract(() => bedrock());

  it('says that it is none, which model it stands for, and what it was asked', async () => {
    const { signal } = new AbortController();
    const turns = [
      { role: 'user', text: 'Hello' },
      { role: 'assistant', text: 'Hi' },
    ] as const;
    let answer = '';
    for await (const piece of bedrock('amazon.nova-lite-v1:0').stream({ turns, text: 'Wärum?', signal })) {
      answer += piece;
    }
    expect(answer).toContain('not a language model: amazon.nova-lite-v1:0 answers once this is deployed');
    expect(answer).toContain('You asked: “Wärum?”. Before that, 2 turns were said.');
  });
});

describe('the stand-in for Amazon Translate', () => {
  translatorContract(() => openTranslator(anybody()));

  it('is a phrase book, and says so', async () => {
    expect(await openTranslator(anybody()).translate('hello world', 'es')).toEqual({
      text: 'hola mundo',
      from: 'en',
      by: 'Amazon Translate',
      note: 'With phrase-book-of-the-local-stack.',
    });
  });
});

describe('a question to a model needs the right', () => {
  const model = (region: string) => `arn:aws:bedrock:${region}::foundation-model/amazon.nova-lite-v1:0`;
  const account = 'us-east-1:000000000000';
  const neededFor = (modelId: string) => needsOfConverse(modelId).map(({ resource }) => resource);

  it.each([
    ['amazon.nova-lite-v1:0', [model('us-east-1')]],
    [
      'us.amazon.nova-lite-v1:0',
      [
        `arn:aws:bedrock:${account}:inference-profile/us.amazon.nova-lite-v1:0`,
        model('us-east-1'),
        model('us-west-2'),
      ],
    ],
    [
      'global.amazon.nova-lite-v1:0',
      [
        `arn:aws:bedrock:${account}:inference-profile/global.amazon.nova-lite-v1:0`,
        model('us-east-1'),
        model(''),
      ],
    ],
    [
      `arn:aws:bedrock:${account}:inference-profile/us.amazon.nova-lite-v1:0`,
      [
        `arn:aws:bedrock:${account}:inference-profile/us.amazon.nova-lite-v1:0`,
        model('us-east-1'),
        model('us-west-2'),
      ],
    ],
    [model('us-east-1'), [model('us-east-1')]],
    // What it hands a request to is known to AWS alone.
    [
      `arn:aws:bedrock:${account}:application-inference-profile/a1b2`,
      [`arn:aws:bedrock:${account}:application-inference-profile/a1b2`],
    ],
  ])('to all of %s', (modelId, needed) => expect(neededFor(modelId)).toEqual(needed));
});
