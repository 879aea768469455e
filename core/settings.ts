import * as z from 'zod/mini';

/**
 * What a stage may set about the running system. The stack writes it into each function's environment as
 * one JSON text (`SETTINGS`), so one schema judges it before anything is deployed and again at start.
 */
const count = (least: number) => z.int().check(z.minimum(least));

export const Limits = z.object({
  /** Bytes of a client's frame. API Gateway itself closes a connection above 32 KB a frame. */
  frameBytes: z._default(count(1).check(z.maximum(32_000)), 32_000),
  /** Topics a connection may be joined to besides its feeds. */
  topicsPerConnection: z._default(count(10).check(z.maximum(100)), 100),
  /** Open connections a user may have in all. */
  connectionsPerUser: z._default(count(1).check(z.maximum(1_000)), 10),
  framesPerSecond: z._default(count(1), 20),
  frameBurst: z._default(count(1), 40),
  jsonDepth: z._default(count(1).check(z.maximum(100)), 32),
});
export type Limits = z.output<typeof Limits>;

export const Tokens = z.object({
  /** The `iss` that a token must carry, to the letter. */
  issuer: z.url(),
  /** The `aud` that a token must carry (for a Cognito access token: its `client_id`). */
  audience: z.string().check(z.minLength(1)),
  /** Where the issuer's public keys are. */
  jwksUrl: z.url(),
  /** The names of the claims that carry what a token alone decides. Cognito: `custom:tenant`, `cognito:groups`, `custom:client_ids`. */
  claims: z._default(
    z.object({
      tenant: z._default(z.string().check(z.minLength(1)), 'tenant'),
      roles: z._default(z.string().check(z.minLength(1)), 'roles'),
      clients: z._default(z.string().check(z.minLength(1)), 'client_ids'),
    }),
    { tenant: 'tenant', roles: 'roles', clients: 'client_ids' },
  ),
  /** Where set, the token's `token_use` claim must be this one (Cognito: `access` or `id`). */
  tokenUse: z.optional(z.enum(['access', 'id'])),
  /** Seconds by which the issuer's clock may differ from ours. */
  leewaySeconds: z._default(count(0).check(z.maximum(60)), 5),
});
export type Tokens = z.output<typeof Tokens>;

/** Who answers in conversations with the assistant. */
export const Assistant = z.discriminatedUnion('provider', [
  /** A stand-in that says what it is: needs no network and no model. */
  z.object({ provider: z.literal('built-in') }),
  /** A foundation model of Amazon Bedrock, in the stage's Region. */
  z.object({ provider: z.literal('bedrock'), modelId: z.string().check(z.regex(/^[a-z0-9.:-]{1,128}$/)) }),
  /** Any endpoint that speaks OpenAI's chat completions. `url` is what stands before `/chat/completions`. */
  z.object({ provider: z.literal('openai'), url: z.url(), model: z.string().check(z.minLength(1)) }),
]);
export type Assistant = z.output<typeof Assistant>;

export const Settings = z.object({
  stage: z.string().check(z.regex(/^[a-z][a-z0-9-]{0,31}$/)),
  tokens: Tokens,
  /** Pages that browsers may connect from, to the letter (`https://app.example.com`). */
  allowedOrigins: z._default(z.array(z.string()), []),
  /** Whether a connect without an Origin header (a service, a command line) is let in. */
  allowNoOrigin: z._default(z.boolean(), true),
  /** Whether `?token=<JWT>` is accepted. URLs end up in logs and histories: leave it off where clients can do better. */
  allowQueryToken: z._default(z.boolean(), false),
  /** Whether senders get `fanout.complete` frames. For tests. */
  completions: z._default(z.boolean(), false),
  /** What happens to a connect above the user's limit. */
  limitPolicy: z._default(z.enum(['reject', 'evict-oldest']), 'reject'),
  limits: z.prefault(Limits, {}),
  /** How long events can be replayed. */
  retentionHours: z._default(count(1).check(z.maximum(24 * 30)), 24),
  /** The same for a user's own feed. */
  userRetentionHours: z._default(count(1).check(z.maximum(24 * 365)), 24 * 7),
  assistant: z._default(Assistant, { provider: 'built-in' }),
  /** Who does jobs of the kind `translate`. The phrase book is built in, and no more than its name says. */
  translator: z._default(z.enum(['amazon', 'phrase-book']), 'amazon'),
});
export type Settings = z.output<typeof Settings>;
export type SettingsInput = z.input<typeof Settings>;
