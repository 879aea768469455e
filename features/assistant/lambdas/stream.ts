import { systemClock } from '../../../adapters/system.ts';
import { eachMessage } from '../../../lambdas/eachMessage.ts';
import { once } from '../../../lambdas/once.ts';
import { awsAt, runtime, settings } from '../../../lambdas/wiring.ts';
import { openBedrock } from '../adapters/bedrock/connect.ts';
import { builtInModel } from '../adapters/builtInModel.ts';
import { openAiModel } from '../adapters/openai/model.ts';
import type { Model } from '../model.ts';
import { modelIn } from '../modelIds.ts';
import { runStream, type StreamRuntime } from '../runStream.ts';
import { assistantSettings } from '../settings.ts';
import { answerName, timeoutMs } from '../streamWork.ts';

function openModel(): Model {
  const { assistant } = assistantSettings.in(settings());
  if (assistant.provider === 'bedrock') {
    const bedrock = awsAt('BEDROCK_RUNTIME');
    return openBedrock(modelIn(bedrock.region, assistant.modelId), bedrock);
  }
  return assistant.provider === 'openai' ? openAiModel(assistant) : builtInModel({ clock: systemClock });
}

const streamRuntime = once((): StreamRuntime => ({ ...runtime(), model: openModel() }));

/** Gives the assistant's answers. */
export const handler = eachMessage(timeoutMs, streamRuntime, answerName, runStream);
