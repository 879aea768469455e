import { roles as builtIn, type Role, rolePattern } from '@tidings/protocol';
import * as z from 'zod/mini';
import { maxWindowMs } from './timeouts.ts';

/** A whole number from `min` on. */
export const count = (min: number) => z.int().check(z.minimum(min));

export const secureUrl = z.url().check(z.refine(isSecure, 'must begin with https://'));

/** Who is on the way to such an address cannot change what comes from it. One on this machine has no way. */
export function isSecure(url: string): boolean {
  // What is no URL at all was refused for that.
  if (!URL.canParse(url)) return true;
  const { protocol, hostname } = new URL(url);
  return (
    protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(hostname))
  );
}

type Shape = Readonly<Record<string, z.ZodMiniType>>;

/** What clients' users together may have of a limit; the rest is left to the staff and to services. */
export interface Share {
  /** The limit that it is a part of. */
  readonly of: string;
  /** How much it is where a stage does not say: this, and no more than four fifths of the whole. */
  readonly usual: number;
}

/** What a feature lets a stage set. */
export interface SettingsPart {
  /** Under `limits`, which `hello` gives to clients. */
  readonly limits?: Shape;
  /** Those of the limits that are parts of others. */
  readonly shares?: Readonly<Record<string, Share>>;
  /** Beside the engine's own settings. */
  readonly settings?: Shape;
  /** What of the settings cannot work in a Region of AWS, as `setting: why`. */
  readonly inRegion?: (settings: Readonly<Record<string, unknown>>, region: string) => string | undefined;
}

type Values<S> = S extends Shape ? { readonly [Name in keyof S]: z.output<S[Name]> } : object;
type Limited<P extends SettingsPart> = Omit<Values<P['limits']>, keyof P['shares']> & {
  readonly [Name in keyof P['shares']]: number;
};

/** A feature's part of the settings, and the way to read it. */
export type SettingsOf<P extends SettingsPart> = P & {
  /** The feature's own part of an app's settings. */
  readonly in: (settings: Settings) => Values<P['settings']> & { readonly limits: Limited<P> };
};

/**
 * Declares what a feature lets a stage set.
 *
 * @example
 * export const noteSettings = settingsPart({ limits: { notesPerClient: z._default(count(1), 50) } });
 * noteSettings.in(runtime.settings).limits.notesPerClient
 */
export function settingsPart<const P extends SettingsPart>(part: P): SettingsOf<P> {
  // The schema of the whole app has put them there.
  return { ...part, in: (settings) => settings as never };
}

const engineLimits = {
  /** Bytes of a client's frame. API Gateway itself closes a connection above 32 KB a frame. */
  frameBytes: z._default(count(1).check(z.maximum(32_000)), 32_000),
  /** Topics a connection may be joined to besides its feeds. */
  topicsPerConnection: z._default(count(10).check(z.maximum(100)), 100),
  /** Open connections a user may have in all. */
  connectionsPerUser: z._default(count(1).check(z.maximum(1_000)), 10),
  /** Requests that a user may make, by all APIs and connections together. */
  framesPerSecond: z._default(count(1), 20),
  /** And how many of them at once. */
  frameBurst: z._default(count(1), 40),
  jsonDepth: z._default(count(1).check(z.maximum(100)), 32),
};
const EngineLimits = z.object(engineLimits);
export type Limits = z.output<typeof EngineLimits>;

const name = z.string().check(z.minLength(1));
const role = z.string().check(z.regex(rolePattern));

export const Tokens = z.object({
  /** The `iss` that a token must carry, to the letter. */
  issuer: z.url(),
  /** The `aud` that a token must carry (for a Cognito access token: its `client_id`), or several of which it must carry one. */
  audience: z.union([name, z.array(name).check(z.minLength(1))], {
    error: ({ input }) => (input === undefined ? 'is missing' : 'must be a text, or a list of texts'),
  }),
  /** Where the issuer's public keys are. Left out, `{issuer}/.well-known/openid-configuration` says where. */
  jwksUrl: z.optional(z.url()),
  /**
   * The claims that carry what a token alone decides: each by its exact name, or by a path such as `realm_access.roles`.
   * Cognito: `custom:tenant`, `cognito:groups`, `custom:client_ids`.
   */
  claims: z._default(
    z.object({
      tenant: z._default(name, 'tenant'),
      roles: z._default(name, 'roles'),
      clients: z._default(name, 'client_ids'),
    }),
    { tenant: 'tenant', roles: 'roles', clients: 'client_ids' },
  ),
  /**
   * What the issuer's names for roles and groups come to here: `{ "support-team": "msp" }`, several in a list, none in
   * an empty one. A name that is not in it counts if it is one of ours.
   */
  roleMap: z.optional(
    z.record(z.string(), z.union([role, z.array(role)], 'must be the name of a role, or a list of these')),
  ),
  /** Where set, the token's `token_use` claim must be this one (Cognito: `access` or `id`). */
  tokenUse: z.optional(z.enum(['access', 'id'])),
  /** Seconds by which the issuer's clock may differ from ours. For as long after `user.revoke` the user's new tokens are void too. */
  leewaySeconds: z._default(count(0).check(z.maximum(60)), 5),
});
export type Tokens = z.output<typeof Tokens>;

/**
 * What a stage may set about the running system, as far as the engine knows it. The stack writes all of it into each
 * function's environment as one JSON text (`SETTINGS`), so one schema judges it before anything is deployed and again
 * at start.
 */
const engineSettings = {
  stage: z.string().check(z.regex(/^[a-z][a-z0-9-]{0,31}$/)),
  tokens: Tokens,
  /** Those that the app has. No stage sets them: they come from the contracts. */
  roles: z._default(z.array(z.string()), [...builtIn]),
  /** Pages that browsers may connect from, to the letter (`https://app.example.com`). */
  allowedOrigins: z._default(z.array(z.string()), []),
  /** Whether any page of the client's own machine may connect: `http://localhost` and `http://127.0.0.1`, at every port. */
  allowLoopbackOrigins: z._default(z.boolean(), false),
  /** Whether a connect without an Origin header (a service, a command line) is let in. */
  allowNoOrigin: z._default(z.boolean(), true),
  /** Whether `?token=<JWT>` is accepted. URLs end up in logs and histories: leave it off where clients can do better. */
  allowQueryToken: z._default(z.boolean(), false),
  /** Whether functions write figures into their logs, of which CloudWatch makes metrics. */
  metrics: z._default(z.boolean(), true),
  /** Whether senders get `fanout.complete` frames. For tests. */
  completions: z._default(z.boolean(), false),
  /** What happens to a connect above the user's limit. */
  limitPolicy: z._default(z.enum(['reject', 'evict-oldest']), 'reject'),
  /**
   * On a busy topic: for how long what is committed is gathered, in milliseconds, for connections that understand batches.
   * 0: not at all.
   */
  batchMs: z._default(count(0).check(z.maximum(maxWindowMs)), 80),
  /** The same for those who follow all topics of a kind as one, whichever the events are of. */
  collectionBatchMs: z._default(count(0).check(z.maximum(maxWindowMs)), 200),
  /** How long events can be replayed. */
  retentionHours: z._default(count(1).check(z.maximum(24 * 30)), 24),
  /** The same for a user's own feed. */
  userRetentionHours: z._default(count(1).check(z.maximum(24 * 365)), 24 * 7),
};
/** For the authorizer, which needs no feature's. */
export const EngineSettings = z.object({ ...engineSettings, limits: z.prefault(EngineLimits, {}) });

/** What a stage has set, as far as the engine knows it; a feature reads its own part with `settingsPart(…).in`. */
export type Settings = z.output<typeof EngineSettings>;

/** A schema of everything that a stage of an app may set: the engine's settings, and those of each feature. */
export function appSettings(parts: readonly SettingsPart[], roles: readonly Role[]) {
  return z.object({
    ...oneOfEach('setting', [engineSettings, ...parts.map(({ settings = {} }) => settings)]),
    roles: z._default(engineSettings.roles, [...roles]),
    limits: z.prefault(limitsOf(parts), {}),
  } as unknown as typeof EngineSettings.shape);
}

function limitsOf(parts: readonly SettingsPart[]) {
  const shape = oneOfEach('limit', [engineLimits, ...parts.map(({ limits = {} }) => limits)]);
  const shares = Object.entries(Object.assign({}, ...parts.map((part) => part.shares)) as Shares);
  // Where clients had all, they could use up what is the staff's too.
  const leaveARest = shares.map(([name, { of }]) =>
    z.refine<Numbers>((limits) => (limits[name] ?? 0) < (limits[of] ?? 0), {
      path: [name],
      error: ({ input }) => `must be less than ${of} (${(input as Numbers)[of]}): the rest is the staff’s`,
    }),
  );
  const whole = (limits: Numbers, { of, usual }: Share) =>
    Math.min(usual, Math.floor(((limits[of] ?? 0) * 4) / 5));
  return z.pipe(
    z.object(shape).check(...(leaveARest as never[])),
    z.transform((limits: Numbers) => ({
      ...limits,
      ...Object.fromEntries(shares.map(([name, share]) => [name, limits[name] ?? whole(limits, share)])),
    })),
  );
}

type Shares = Readonly<Record<string, Share>>;
type Numbers = Readonly<Record<string, number | undefined>>;

/** @throws Error where two features let a stage set the same. */
function oneOfEach(what: string, shapes: readonly Shape[]): Shape {
  const names = shapes.flatMap((shape) => Object.keys(shape));
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) throw new Error(`two features have the ${what} ${twice}`);
  return Object.assign({}, ...shapes);
}
