import {
  BedrockRuntimeClient,
  ConverseStreamCommand,
  type ConverseStreamOutput,
} from '@aws-sdk/client-bedrock-runtime';
import { mockClient } from 'aws-sdk-client-mock';
import { describe, expect, it } from 'vitest';
import { modelContract } from '../model.contract.ts';
import { bedrockModel } from './model.ts';

const says = (text: string) => ({ contentBlockDelta: { delta: { text }, contentBlockIndex: 0 } });
const stop = { messageStop: { stopReason: 'end_turn' as const } };

function answering(...events: readonly object[]) {
  const client = new BedrockRuntimeClient({ region: 'eu-west-1' });
  const mock = mockClient(client);
  mock.on(ConverseStreamCommand).callsFake((_input, _send) => ({
    stream: (async function* () {
      for (const event of events as readonly ConverseStreamOutput[]) {
        const [, options] = mock.call(0).args as unknown as [unknown, { abortSignal?: AbortSignal }];
        options.abortSignal?.throwIfAborted();
        yield event;
      }
    })(),
  }));
  return { mock, model: bedrockModel({ client, modelId: 'm' }) };
}

async function read(model: ReturnType<typeof answering>['model'], turns: readonly object[] = []) {
  const signal = new AbortController().signal;
  const pieces: string[] = [];
  for await (const piece of model.stream({ turns: turns as never, text: 'question', signal }))
    pieces.push(piece);
  return pieces;
}

describe('a model of Bedrock', () => {
  modelContract(
    () => answering({ messageStart: { role: 'assistant' } }, says('because '), says('so'), stop).model,
  );

  it('is given turns that alternate and begin with the user’s, whatever was left unanswered', async () => {
    const { mock, model } = answering(says('yes'), stop);
    await read(model, [
      { role: 'assistant', text: 'its question was dropped' },
      { role: 'user', text: 'one' },
      { role: 'assistant', text: 'answer' },
      { role: 'user', text: 'unanswered' },
    ]);
    const { modelId, messages } = mock.commandCalls(ConverseStreamCommand)[0]?.args[0].input ?? {};
    expect(modelId).toBe('m');
    expect(messages).toEqual([
      { role: 'user', content: [{ text: 'one' }] },
      { role: 'assistant', content: [{ text: 'answer' }] },
      { role: 'user', content: [{ text: 'unanswered\n\nquestion' }] },
    ]);
  });

  it('a failure in the middle of the stream throws, and so does an answer without an end', async () => {
    const failing = answering(says('half'), { throttlingException: { message: 'secret' } });
    await expect(read(failing.model)).rejects.toThrow(/^Bedrock ended the answer: throttlingException$/);
    await expect(read(answering(says('half')).model)).rejects.toThrow('broke off');
  });
});
