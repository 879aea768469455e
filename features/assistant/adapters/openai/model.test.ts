import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { modelContract } from '../model.contract.ts';
import { openAiModel } from './model.ts';

const model = () => openAiModel({ url: 'http://model.test/v1/', model: 'm' });
const signal = new AbortController().signal;
const line = (value: object) => `data: ${JSON.stringify(value)}\n\n`;
const says = (content: string) => line({ choices: [{ delta: { content }, finish_reason: null }] });
const stop = line({ choices: [{ delta: {}, finish_reason: 'stop' }] });

/** Answers the next request with these bytes, in parts of this size. */
function answerWith(text: string, { status = 200, partBytes = 7 } = {}) {
  const bytes = new TextEncoder().encode(text);
  const answer = (_url: unknown, { signal: abort }: RequestInit) => {
    let at = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (abort?.aborted) controller.error(abort.reason);
        else if (at >= bytes.length) controller.close();
        else controller.enqueue(bytes.slice(at, at + partBytes));
        at += partBytes;
      },
    });
    return Promise.resolve(new Response(body, { status }));
  };
  const fetched = vi.fn(answer);
  vi.stubGlobal('fetch', fetched);
  return fetched;
}

async function read(turns: readonly { role: 'user' | 'assistant'; text: string }[] = []) {
  const pieces: string[] = [];
  for await (const piece of model().stream({ turns, text: 'secret question', signal })) pieces.push(piece);
  return pieces;
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('a model by OpenAI’s chat completions', () => {
  describe('as any model', () => {
    beforeEach(() => void answerWith(says('because ') + says('of that') + stop));
    modelContract(model);
  });

  it('is given the turns and then the question, and asked for a stream', async () => {
    const fetched = answerWith(says('yes') + stop);
    await read([{ role: 'user', text: 'one' }]);
    const [url, init] = fetched.mock.calls[0] ?? [];
    expect(url).toBe('http://model.test/v1/chat/completions');
    expect(JSON.parse(String(init?.body))).toEqual({
      model: 'm',
      stream: true,
      messages: [
        { role: 'user', content: 'one' },
        { role: 'user', content: 'secret question' },
      ],
    });
  });

  it('pieces are whole however the network cuts the bytes, and comments and other events are passed over', async () => {
    answerWith(`: comment\r\n\r\n${says('grüße ')}event: x\n${says('👋')}data: [DONE]\n\n`, { partBytes: 3 });
    expect(await read()).toEqual(['grüße ', '👋']);
  });

  it.each([
    ['an answer that ends without a sign of its end', says('half'), 200, "the model's answer broke off"],
    ['an error in the stream', line({ error: { message: 'secret' } }), 200, 'sent an error'],
    ['what is no JSON', 'data: {secret\n\n', 200, 'sent what is no JSON'],
    ['another status', 'secret', 503, 'answered 503'],
  ])('%s throws, and the error holds no text', async (_what, text, status, message) => {
    answerWith(text, { status });
    const failure = await read().catch((error: unknown) => String(error));
    expect(failure).toContain(message);
    expect(failure).not.toContain('secret');
  });
});
