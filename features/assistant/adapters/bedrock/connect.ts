import type { BedrockRuntimeClientConfig } from '@aws-sdk/client-bedrock-runtime';
import type { Model } from '../../model.ts';

/** Opens a model of Bedrock. Its client is loaded with the first question. */
export function openBedrock(modelId: string, settings: BedrockRuntimeClientConfig): Model {
  let opened: Promise<Model> | undefined;
  const open = async () => {
    const { BedrockRuntimeClient } = await import('@aws-sdk/client-bedrock-runtime');
    const { NodeHttpHandler } = await import('@smithy/node-http-handler');
    const { bedrockModel } = await import('./model.ts');
    // Its own choice is HTTP/2, for what is said both ways at once. One answer needs none of it.
    const client = new BedrockRuntimeClient({ ...settings, requestHandler: new NodeHttpHandler() });
    return bedrockModel({ client, modelId });
  };
  return {
    async *stream(question) {
      opened ??= open();
      yield* (await opened).stream(question);
    },
  };
}
