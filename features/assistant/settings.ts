import * as z from 'zod/mini';
import { count, secureUrl, settingsPart } from '../../core/settings.ts';

/** Who answers in conversations with the assistant. */
const Assistant = z.discriminatedUnion('provider', [
  /** A stand-in that says what it is: needs no network and no model. */
  z.object({ provider: z.literal('built-in') }),
  /** A foundation model of Amazon Bedrock, in the stage's Region. */
  z.object({ provider: z.literal('bedrock'), modelId: z.string().check(z.regex(/^[a-z0-9.:-]{1,128}$/)) }),
  /** Any endpoint that speaks OpenAI's chat completions. `url` is what stands before `/chat/completions`. */
  z.object({ provider: z.literal('openai'), url: secureUrl, model: z.string().check(z.minLength(1)) }),
]);

export const assistantSettings = settingsPart({
  limits: {
    /** Answers of the assistant that a user may have under way. */
    answersPerUser: z._default(count(1).check(z.maximum(100)), 3),
  },
  settings: { assistant: z._default(Assistant, { provider: 'built-in' }) },
  // A model that is reached by its URL serves on a laptop too.
  withoutAws: ({ assistant }) => {
    const needsAws = typeof assistant === 'object' && assistant !== null && 'modelId' in assistant;
    return needsAws ? { assistant: { provider: 'built-in' } } : {};
  },
});
