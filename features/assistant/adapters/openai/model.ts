import type { Model } from '../../model.ts';

export interface OpenAiOptions {
  /** What stands before `/chat/completions`. */
  readonly url: string;
  readonly model: string;
}

/**
 * Any endpoint with OpenAI's chat completions API: a model on the laptop, or a company's own. It sends no
 * key, so the endpoint must be open to this network. No error contains the question or the answer.
 */
export function openAiModel({ url, model }: OpenAiOptions): Model {
  return {
    async *stream({ turns, text, signal }) {
      const response = await fetch(`${url.replace(/\/$/, '')}/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
        body: JSON.stringify({
          model,
          stream: true,
          messages: [
            ...turns.map(({ role, text: content }) => ({ role, content })),
            { role: 'user', content: text },
          ],
        }),
        signal,
      });
      if (!response.ok || !response.body) throw new Error(`the model's endpoint answered ${response.status}`);
      let finished = false;
      for await (const data of eventData(response.body)) {
        if (data === '[DONE]') return;
        const { piece, isLast } = readChunk(data);
        if (piece !== '') yield piece;
        finished ||= isLast;
      }
      // Some endpoints leave the last line out; without either sign, the answer broke off.
      if (!finished) throw new Error("the model's answer broke off");
    },
  };
}

interface Chunk {
  readonly error?: unknown;
  readonly choices?: readonly { delta?: { content?: string | null }; finish_reason?: string | null }[];
}

function readChunk(data: string): { piece: string; isLast: boolean } {
  const { error, choices: [choice] = [] } = parseChunk(data);
  if (error !== undefined) throw new Error("the model's endpoint sent an error");
  return { piece: choice?.delta?.content ?? '', isLast: typeof choice?.finish_reason === 'string' };
}

function parseChunk(data: string): Chunk {
  try {
    return JSON.parse(data) as Chunk;
  } catch {
    // The parser's own message quotes the text.
    throw new Error("the model's endpoint sent what is no JSON");
  }
}

/** The data of server-sent events, one each: https://html.spec.whatwg.org/multipage/server-sent-events.html */
async function* eventData(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of body) {
    rest += decoder.decode(bytes, { stream: true });
    const lines = rest.split(/\r?\n/);
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.startsWith('data:')) yield line.slice(5).trim();
  }
  if (rest.startsWith('data:')) yield rest.slice(5).trim();
}
