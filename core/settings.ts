import { idPattern } from '@tidings/protocol';
import * as z from 'zod/mini';

/**
 * What a stage may set about the running system. The stack writes it into each function's environment as
 * one JSON text (`SETTINGS`), so one schema judges it before anything is deployed and again at start.
 */
const count = (least: number) => z.int().check(z.minimum(least));

const LimitsInput = z.object({
  /** Bytes of a client's frame. API Gateway itself closes a connection above 32 KB a frame. */
  frameBytes: z._default(count(1).check(z.maximum(32_000)), 32_000),
  /** Topics a connection may be joined to besides its feeds. */
  topicsPerConnection: z._default(count(10).check(z.maximum(100)), 100),
  /** Open connections a user may have in all. */
  connectionsPerUser: z._default(count(1).check(z.maximum(1_000)), 10),
  /** Requests that a user may make, by all doors and connections together. */
  framesPerSecond: z._default(count(1), 20),
  /** And how many of them at once. */
  frameBurst: z._default(count(1), 40),
  jsonDepth: z._default(count(1).check(z.maximum(100)), 32),
  /** What one person may send to one recipient by `message.send`. One message of the largest frame always may. */
  messagesPerMinute: z._default(count(1), 30),
  messageBytesPerMinute: z._default(count(32_000), 300_000),
  /** Appointments that a client's user may have booked on one board. */
  bookingsPerUser: z._default(count(1), 10),
  /** Appointments of one doctor on one board. All of them travel in one frame, and API Gateway posts 128 KB at most. */
  appointmentsPerDoctor: z._default(count(2).check(z.maximum(500)), 500),
  /** How many of those clients' users may have booked. @default 400, and no more than four fifths */
  clientAppointmentsPerDoctor: z.optional(count(1).check(z.maximum(500))),
  /** A board is one row, of which DynamoDB takes 400 KB, and every booking writes it whole. */
  boardBytes: z._default(count(1_000).check(z.maximum(300_000)), 300_000),
  /** Kinds of interaction that are counted of one client. */
  kindsPerClient: z._default(count(2).check(z.maximum(64)), 64),
  /** How many of those its users may open: the rest is the staff's and the services'. @default 16, and no more than four fifths */
  clientKindsPerClient: z.optional(count(1).check(z.maximum(64))),
  /** The kinds of interaction that there are; where it is absent, any word is one. */
  interactionKinds: z.optional(
    z.array(z.string().check(z.regex(idPattern))).check(
      // A function's environment takes 4 KB: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
      z.refine((kinds) => kinds.join().length <= 1_500, { error: 'must have at most 1500 characters' }),
    ),
  ),
  /** Answers of the assistant, and jobs, that a user may have under way. */
  answersPerUser: z._default(count(1).check(z.maximum(100)), 3),
  jobsPerUser: z._default(count(1).check(z.maximum(100)), 5),
});

type LimitsInput = z.output<typeof LimitsInput>;

/** Where clients had all, they could use up what is the staff's too. */
const leavesARest = (
  share: 'clientAppointmentsPerDoctor' | 'clientKindsPerClient',
  whole: 'appointmentsPerDoctor' | 'kindsPerClient',
) =>
  z.refine<LimitsInput>((limits) => (limits[share] ?? 0) < limits[whole], {
    path: [share],
    error: ({ input }) =>
      `must be less than ${whole} (${(input as LimitsInput)[whole]}): the rest is the staff’s`,
  });

/** What clients have where a stage sets only the whole. */
const shareOf = (whole: number, most: number) => Math.min(most, Math.floor((whole * 4) / 5));

export const Limits = z.pipe(
  LimitsInput.check(
    leavesARest('clientAppointmentsPerDoctor', 'appointmentsPerDoctor'),
    leavesARest('clientKindsPerClient', 'kindsPerClient'),
  ),
  z.transform((limits) => ({
    ...limits,
    clientAppointmentsPerDoctor:
      limits.clientAppointmentsPerDoctor ?? shareOf(limits.appointmentsPerDoctor, 400),
    clientKindsPerClient: limits.clientKindsPerClient ?? shareOf(limits.kindsPerClient, 16),
  })),
);
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
  /** Seconds by which the issuer's clock may differ from ours. For as long after `user.revoke` the user's new tokens are void too. */
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
