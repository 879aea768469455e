import * as z from 'zod/mini';
import { count, secureUrl, settingsPart } from '../../core/settings.ts';
import { ModelId, problemIn } from './modelIds.ts';

/** Who answers in conversations with the assistant. */
const Assistant = z.discriminatedUnion('provider', [
  /** A stand-in that says what it is: needs no network and no model. */
  z.object({ provider: z.literal('built-in') }),
  /** A model of Amazon Bedrock: a foundation model or an inference profile. Without `modelId`, one that AWS has in most Regions. */
  z.object({ provider: z.literal('bedrock'), modelId: z.optional(ModelId) }),
  /** Any endpoint that speaks OpenAI's chat completions. `url` is what stands before `/chat/completions`. */
  z.object({ provider: z.literal('openai'), url: secureUrl, model: z.string().check(z.minLength(1)) }),
]);

export const assistantSettings = settingsPart({
  limits: {
    /** Answers of the assistant that a user may have under way. */
    answersPerUser: z._default(count(1).check(z.maximum(100)), 3),
  },
  settings: { assistant: z._default(Assistant, { provider: 'built-in' }) },
  inRegion(settings, region) {
    const assistant = settings.assistant as z.output<typeof Assistant>;
    const problem = assistant.provider === 'bedrock' ? problemIn(region, assistant.modelId) : undefined;
    return problem && `assistant.modelId: ${problem}`;
  },
});
