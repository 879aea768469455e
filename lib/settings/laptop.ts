/** How a stage is run on a laptop. */
export interface Laptop {
  /** Where the stack runs, and its own issuer. */
  readonly httpUrl: string;
  /** Whose tokens are taken: those of the stack's own issuer, or of whom the stage names. @default local */
  readonly tokens?: 'local' | 'stage';
  /** Settings of the stage that this run changes. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** The key of the CDK's context that makes a stage one of a laptop. */
export const laptopKey = 'tidings:laptop';

/** A stage as it is written in cdk.json, with what a laptop changes. */
export function onLaptop(
  input: Readonly<Record<string, unknown>>,
  { httpUrl, settings, tokens = 'local' }: Laptop,
) {
  const local = { issuer: `${httpUrl}/issuer`, audience: 'tidings', jwksUrl: `${httpUrl}/issuer/jwks` };
  const own = [httpUrl, httpUrl.replace('127.0.0.1', 'localhost')];
  const origins = [settings.allowedOrigins, input.allowedOrigins].find(Array.isArray) ?? [];
  return {
    ...input,
    allowQueryToken: true,
    // The local stack counts them, and prints none: local/metrics.
    metrics: true,
    ...settings,
    limits: { ...Object(input.limits), ...Object(settings.limits) },
    // The HTTP API has CORS for a list alone; these are in it so that there is one.
    allowedOrigins: [...origins, ...own],
    allowLoopbackOrigins: true,
    tokens: tokens === 'local' ? local : (settings.tokens ?? input.tokens),
    signIn: undefined,
    domain: undefined,
    // The local stack serves the console by itself.
    console: undefined,
    // Nothing here is worth protecting, and a stage that is protected may not have completions.
    deletionProtection: false,
  };
}
