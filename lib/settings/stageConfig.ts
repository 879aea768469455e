import type { IConstruct } from 'constructs';
import * as z from 'zod/mini';
import { createApp } from '../../core/api/createApp.ts';
import type { Feature } from '../../core/feature.ts';
import { isSecure, type Settings, secureUrl, Tokens } from '../../core/settings.ts';
import { consoleSchema } from './consoleSignIn.ts';
import { domainSchema } from './domain.ts';
import { type Laptop, laptopKey, onLaptop } from './laptop.ts';
import { operatingSettings } from './operatingSettings.ts';
import { placeholdersIn } from './placeholders.ts';
import { signInSchema } from './signIn.ts';
import { signInRules } from './signInRules.ts';

/** The retentions that CloudWatch Logs takes, in days: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const logRetentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

const atLeast = (min: number) => z.int().check(z.minimum(min));
const tagText = (maxLength: number) =>
  z.string().check(
    // What all services take: https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
    z.regex(
      /^(?!aws:)[\p{L}\p{N} _.:/=+@-]+$/iu,
      'must be a tag: letters, digits and _.:/=+@-, and not begin with aws:',
    ),
    z.maxLength(maxLength),
  );
const origin = z.string().check(
  // Browsers send an Origin without a path and without a final slash, and it is compared to the letter.
  z.regex(
    /^[a-z][a-z0-9+.-]*:\/\/[^/?#\s*]+$/,
    'must be an origin such as https://app.example.com, without a path',
  ),
);

/** The map leads to roles that the app has. Who could change the keys on their way could make tokens, and so could who changes where they are said to be. */
function tokensOf(roles: readonly string[]) {
  const role = z.enum(roles as [string, ...string[]]);
  const mapped = z.union([role, z.array(role)], `must be ${roles.join(', ')}, or a list of these`);
  const own = { jwksUrl: z.optional(secureUrl), roleMap: z.optional(z.record(z.string(), mapped)) };
  return z.extend(Tokens, own).check(
    z.refine(({ issuer, jwksUrl }) => jwksUrl !== undefined || isSecure(issuer), {
      path: ['issuer'],
      error: 'must begin with https://, since the keys are found by it: or set tokens.jwksUrl',
    }),
  );
}

const stageSchema = ({ settings, roles }: ReturnType<typeof createApp>) =>
  z
    .extend(z.omit(settings, { stage: true, roles: true }), {
      /** Whose tokens are taken. Absent: the stack has a user pool of its own. */
      tokens: z.optional(tokensOf(roles)),
      signIn: z.optional(signInSchema),
      domain: z.optional(domainSchema),
      /** The console behind CloudFront; an object says how one signs in there at the issuer of `tokens`. */
      console: consoleSchema,
      /**
       * What the table takes at once from its first second on. Else it begins with 12,000 reads and 4,000 writes a second,
       * and grows with its use: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput.html
       */
      warmThroughput: z.optional(
        z.object({ readUnitsPerSecond: atLeast(12_000), writeUnitsPerSecond: atLeast(4_000) }),
      ),
      allowedOrigins: z._default(z.array(origin), []),
      logRetentionDays: z._default(z.literal(logRetentions), 30),
      /** The table outlives the stack and cannot be deleted by hand. On unless a stage says otherwise. */
      deletionProtection: z._default(z.boolean(), true),
      /** Who holds the key that the table is encrypted with. `aws-managed` shows its use in CloudTrail and costs KMS requests. */
      tableKey: z._default(z.enum(['aws-owned', 'aws-managed']), 'aws-owned'),
      /**
       * Requests that the stage's two APIs each take. Callbacks to connections share the account's quota with
       * them (10,000 a second, burst 5,000), so what is left unclaimed here is what a fan-out can use:
       * https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
       */
      throttle: z._default(z.object({ ratePerSecond: atLeast(1), burst: atLeast(1) }), {
        ratePerSecond: 1_000,
        burst: 500,
      }),
      /**
       * Work units of the delivery queue that run at a time: the brake that keeps a large audience below the
       * account's callback quota. 2 is the least that SQS takes; one environment alone posts some thousands
       * of frames a second, so raise this together with the quota:
       * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
       */
      deliveryConcurrency: z._default(atLeast(2).check(z.maximum(1_000)), 2),
      /** Other accounts whose services may publish through the stage's event bus, each as role service of any tenant. */
      publisherAccounts: z._default(
        z.array(z.string().check(z.regex(/^\d{12}$/, 'must be an account: 12 digits'))),
        [],
      ),
      ...operatingSettings,
      /**
       * Access logs of both APIs. API Gateway writes those of the WebSocket API with the one CloudWatch role of the account
       * and Region, without which the deployment fails: `{ "accountRole": true }` sets it, in the place of one that is there.
       */
      accessLogs: z._default(
        z.union(
          [z.boolean(), z.object({ accountRole: z.boolean() })],
          'must be true, false or { "accountRole": true }',
        ),
        false,
      ),
      /** Tags of all that the stage is made of, beside `tidings:stage`. */
      tags: z._default(z.record(tagText(128), tagText(256)), {}),
    })
    .check(
      z.refine((stage) => !(stage.completions && stage.deletionProtection), {
        path: ['completions'],
        error: 'is for tests: allowed only where deletionProtection is false',
      }),
      z.refine((stage) => !(stage.allowLoopbackOrigins && stage.deletionProtection), {
        path: ['allowLoopbackOrigins'],
        error: 'is for developers: allowed only where deletionProtection is false',
      }),
      ...signInRules,
    );

type Stage = ReturnType<typeof stageSchema>;
type StageValues = z.output<Stage>;
type Infrastructure = Omit<StageValues, keyof Settings>;

/** A stage as it is written in cdk.json: what of `Settings` it changes, and the infrastructure beside it. */
export type StageInput = z.input<Stage> & Readonly<Record<string, unknown>>;

/** One validated stage, whose tokens may be left to a user pool of the stack's own. */
export interface DeclaredStage extends Infrastructure {
  readonly settings: Omit<Settings, 'tokens'> & { readonly tokens?: Settings['tokens'] | undefined };
}

/** A stage as its stack is made of it: `settings` go to the functions, the rest shapes the stack. */
export interface StageConfig extends DeclaredStage {
  readonly settings: Settings;
}

/**
 * An error in a configuration file or on a command line. `message` says what is wrong, where, and what to do.
 */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  // Where it was noticed says nothing: the message is all that there is to show where nobody catches it.
  override readonly stack = `${this.name}: ${this.message}`;
}

/**
 * Validates one stage.
 *
 * @param features what the app is made of: each may let a stage set something
 * @param where what the messages name as the place of `input`, such as `cdk.json: context.stages.dev`
 * @throws ConfigurationError with every problem and its path, also for a setting that does not exist
 */
export function parseStageConfig(
  features: readonly Feature[],
  stage: string,
  input: unknown,
  where: string,
): DeclaredStage {
  const app = createApp(features);
  const parsed = stageSchema(app).safeParse(input, { error: inWords });
  const name = app.settings.shape.stage.safeParse(stage);
  const problems = [
    ...(name.success
      ? []
      : [`${where}: a stage's name must be lower-case letters, digits and -, at most 32`]),
    ...(parsed.error?.issues ?? []).map((issue) => `${[where, ...issue.path].join('.')}: ${issue.message}`),
    ...(parsed.success ? unknownKeys(input, parsed.data, where) : []),
  ];
  if (!parsed.success || problems.length > 0) throw new ConfigurationError(problems.join('; '));
  const { shape } = app.settings;
  const ofFunctions = withKeys(parsed.data, (name) => name in shape);
  const ofStack = withKeys(parsed.data, (name) => !(name in shape));
  return { settings: { stage, roles: [...app.roles], ...ofFunctions }, ...ofStack };
}

/** What of a stage has such a key, without what it leaves out. */
const withKeys = (stage: StageValues, isOne: (name: string) => boolean) =>
  Object.fromEntries(
    Object.entries(stage).filter(([name, value]) => value !== undefined && isOne(name)),
  ) as StageValues;

/**
 * Picks the stage by its name out of cdk.json's `context.stages` and validates it.
 *
 * @param laptop where it is run on one
 * @throws ConfigurationError
 */
export function chooseStage(
  features: readonly Feature[],
  stages: unknown,
  stage: unknown,
  laptop?: Laptop,
): DeclaredStage {
  const where = 'cdk.json: context.stages';
  if (typeof stages !== 'object' || stages === null || Array.isArray(stages)) {
    throw new ConfigurationError(
      `${where}: must be an object that holds the settings of each stage by its name`,
    );
  }
  const names = Object.keys(stages).join(', ') || 'none';
  if (typeof stage !== 'string' || !Object.hasOwn(stages, stage)) {
    throw new ConfigurationError(
      `${where}: has no stage ${String(stage)}: add it there or choose one of ${names}`,
    );
  }
  const input: unknown = Object.entries(stages).find(([name]) => name === stage)?.[1];
  const changed = laptop && isRecord(input) ? onLaptop(input, laptop) : input;
  const config = parseStageConfig(features, stage, changed, `${where}.${stage}`);
  if (!laptop) requireNoPlaceholders(input, `${where}.${stage}`);
  else if (!config.settings.tokens) {
    throw new ConfigurationError(
      `${where}.${stage}.tokens: is missing, and a laptop has no user pool: name the issuer, or leave --tokens stage out`,
    );
  }
  return config;
}

/** Deployed, an example's values would refuse every user, or let in whoever comes to own a name. */
function requireNoPlaceholders(input: unknown, where: string): void {
  const problems = placeholdersIn(input, where);
  if (problems.length > 0) throw new ConfigurationError(problems.join('; '));
}

/**
 * The stage that a CDK app is to deploy: that of its context, which cdk.json and `-c stage=NAME` give.
 *
 * @throws ConfigurationError
 */
export function stageOf({ node }: IConstruct, features: readonly Feature[]): DeclaredStage {
  const stage: unknown = node.tryGetContext('stage') ?? 'dev';
  return chooseStage(features, node.tryGetContext('stages'), stage, node.tryGetContext(laptopKey));
}

/** Refuses unknown settings. A misspelt one would otherwise be ignored, and its default deployed. */
function unknownKeys(input: unknown, output: unknown, path: string): string[] {
  if (!isRecord(input) || !isRecord(output)) return [];
  return Object.entries(input).flatMap(([key, value]) =>
    key in output
      ? unknownKeys(value, output[key], `${path}.${key}`)
      : [`${path}.${key}: is not a setting: remove it, or add the feature that has it`],
  );
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** zod/mini brings no texts, and its locale is global state that the functions in the local stack would share. */
function inWords(issue: z.core.$ZodRawIssue): string {
  if (issue.input === undefined) return 'is missing';
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${{ int: 'a whole number', object: 'an object', record: 'an object', array: 'a list', boolean: 'true or false' }[String(issue.expected)] ?? `a ${issue.expected}`}`;
    case 'invalid_format':
      return issue.format === 'url' ? 'must be a URL' : `must match ${issue.pattern}`;
    case 'too_small':
      return ['string', 'array'].includes(issue.origin)
        ? 'must not be empty'
        : `must be at least ${issue.minimum}`;
    case 'too_big':
      return `must be at most ${issue.maximum}`;
    case 'invalid_key':
      return issue.issues[0]?.message ?? 'is not allowed';
    case 'invalid_value':
      return `must be one of ${issue.values.join(', ')}`;
    default:
      return 'is not allowed';
  }
}
