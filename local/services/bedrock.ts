import type { ServerResponse } from 'node:http';
import { systemClock } from '../../adapters/system.ts';
import { builtInModel } from '../../features/assistant/adapters/builtInModel.ts';
import { isRecord } from '../http/httpJson.ts';
import { streamEvent } from './eventStream.ts';

type Input = Readonly<Record<string, unknown>>;

/** The model that a request to ConverseStream is for: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html */
export function modelAsked(path: string): string | undefined {
  const [, id] = /^\/model\/([^/]+)\/converse-stream$/.exec(path) ?? [];
  return id && decodeURIComponent(id);
}

/** Answers as Bedrock's ConverseStream does, with the words of a stand-in. It ends when the asker goes away. */
export async function answerConversation(
  modelId: string,
  { messages }: Input,
  response: ServerResponse,
): Promise<void> {
  const said = Array.isArray(messages) ? messages.filter(isRecord).map(textOf) : [];
  const away = new AbortController();
  response.once('close', () => away.abort());
  response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' });
  response.write(streamEvent('messageStart', { role: 'assistant' }));
  const model = builtInModel({
    clock: systemClock,
    introduction: `This is a stand-in for Amazon Bedrock, not a language model: ${modelId} answers once this is deployed.`,
  });
  const turns = said.slice(0, -1).map((text) => ({ role: 'user' as const, text }));
  for await (const text of model.stream({ turns, text: said.at(-1) ?? '', signal: away.signal })) {
    response.write(streamEvent('contentBlockDelta', { contentBlockIndex: 0, delta: { text } }));
  }
  response.write(streamEvent('contentBlockStop', { contentBlockIndex: 0 }));
  response.end(streamEvent('messageStop', { stopReason: 'end_turn' }));
}

function textOf({ content }: Input): string {
  const parts = Array.isArray(content) ? content.filter(isRecord) : [];
  return parts.map(({ text }) => String(text ?? '')).join('');
}
