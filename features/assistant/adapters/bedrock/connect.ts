import type { BedrockRuntimeClientConfig } from '@aws-sdk/client-bedrock-runtime';
import type { Model } from '../../model.ts';

/** Opens a model of Bedrock. Its client is loaded with the first question, which a laptop never sends there. */
export function openBedrock(modelId: string, settings: BedrockRuntimeClientConfig): Model {
  let opened: Promise<Model> | undefined;
  const open = async () => {
    const { BedrockRuntimeClient } = await import('@aws-sdk/client-bedrock-runtime');
    const { bedrockModel } = await import('./model.ts');
    return bedrockModel({ client: new BedrockRuntimeClient(settings), modelId });
  };
  return {
    async *stream(question) {
      opened ??= open();
      yield* (await opened).stream(question);
    },
  };
}
