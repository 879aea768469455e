import {
  type BedrockRuntimeClient,
  ConverseStreamCommand,
  type Message,
} from '@aws-sdk/client-bedrock-runtime';
import type { Model, Turn } from '../../model.ts';

export interface BedrockOptions {
  readonly client: BedrockRuntimeClient;
  readonly modelId: string;
}

/** About the longest answer that is accepted here. More would be paid for and not used. */
const maxTokens = 4000;

/** A foundation model of Amazon Bedrock. No error holds what was asked or answered. */
export function bedrockModel({ client, modelId }: BedrockOptions): Model {
  return {
    async *stream({ turns, text, signal }) {
      const messages = alternating([...turns, { role: 'user', text }]);
      const command = new ConverseStreamCommand({
        modelId,
        messages,
        inferenceConfig: { maxTokens },
      });
      const { stream } = await client.send(command, { abortSignal: signal });
      let finished = false;
      for await (const event of stream ?? []) {
        const piece = event.contentBlockDelta?.delta?.text;
        if (piece) yield piece;
        finished ||= event.messageStop !== undefined;
        const failure = failures.find((name) => event[name] !== undefined);
        if (failure) throw new Error(`Bedrock ended the answer: ${failure}`);
      }
      if (!finished) throw new Error("the model's answer broke off");
    },
  };
}

const failures = [
  'internalServerException',
  'modelStreamErrorException',
  'validationException',
  'throttlingException',
  'serviceUnavailableException',
] as const;

/**
 * Bedrock requires turns that alternate and begin with the user's. A question without an answer breaks that
 * rule.
 */
function alternating(turns: readonly Turn[]): Message[] {
  const joined: Turn[] = [];
  for (const turn of turns) {
    const last = joined.at(-1);
    if (last?.role === turn.role)
      joined[joined.length - 1] = { ...last, text: `${last.text}\n\n${turn.text}` };
    else if (last || turn.role === 'user') joined.push(turn);
  }
  return joined.map(({ role, text }) => ({ role, content: [{ text }] }));
}
