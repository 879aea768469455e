import { dirname, join } from 'node:path';
import type { Duration } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, CfnFunction, LoggingFormat, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { appCodeOf, engineEntry, lockfileOf, pathIn } from './appCode.ts';
import { exceptWildcards } from './exceptions.ts';
import { requireFunctionLimits } from './functionLimits.ts';
import type { PatternStatement } from './policyStatement.ts';
import { removalPolicyOf } from './removalPolicy.ts';
import { ConfigurationError, type StageConfig } from './stageConfig.ts';

/** The keys of a function's metadata under which the template carries its entry and the list of features, relative to the app's folder. */
export const metadataKeys = { entry: 'tidings:entry', features: 'tidings:features' } as const;

export interface TidingsFunctionProps {
  readonly config: StageConfig;
  /** The file that exports `handler`. */
  readonly entry: string;
  readonly timeout: Duration;
  /**
   * How long its work takes at most, in milliseconds: the time-out has to hold it, and two seconds more.
   *
   * @default 0, which is held by every time-out above that
   */
  readonly longestMs?: number;
  /**
   * In MB; the share of a CPU grows with it, a whole one at 1,769:
   * https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
   *
   * @default 512, where loading a bundle of some hundred KB no longer dominates a cold start
   */
  readonly memoryMb?: number;
}

/**
 * A function with the configuration that all of ours share. Its role may only write its own log, until it is
 * allowed more.
 */
export class TidingsFunction extends Construct {
  readonly handler: NodejsFunction;
  private readonly role: Role;
  readonly #environment = new Map<string, string>();

  constructor(scope: Construct, id: string, props: TidingsFunctionProps) {
    super(scope, id);
    const { config, entry } = props;
    const code = appCodeOf(this);
    const lockfile = lockfileOf(code.root);
    const logGroup = new LogGroup(this, 'Logs', {
      retention: config.logRetentionDays,
      removalPolicy: removalPolicyOf(config),
    });
    // AWSLambdaBasicExecutionRole lets a function write into every log group of the account.
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    this.allow({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [logGroup.logGroupArn] });

    this.handler = new NodejsFunction(this, 'Handler', {
      entry,
      projectRoot: dirname(lockfile),
      depsLockFilePath: lockfile,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      timeout: props.timeout,
      memorySize: props.memoryMb ?? 512,
      role: this.role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      // With it come the rights to send traces, which know no resources.
      ...(config.tracing && { tracing: Tracing.ACTIVE }),
      environment: { SETTINGS: JSON.stringify(config.settings) },
      bundling: {
        format: OutputFormat.ESM,
        target: 'node24',
        minify: true,
        // The SDK in the runtime has another version than the tested one, and loads more slowly than a
        // bundled one.
        bundleAwsSDK: true,
        mainFields: ['module', 'main'],
        esbuildArgs: {
          // The engine's functions are made of the app's list.
          '--alias:#features': join(code.root, code.entry),
          '--alias:@aws-sdk/credential-provider-node': engineEntry('noCredentialSearch'),
        },
        // CommonJS inside of an ES module still calls `require` for Node's own modules. The long name is one that
        // minifying, which does not see the banner, would never give to something else.
        banner:
          "import{createRequire as tidingsRequire}from'node:module';const require=tidingsRequire(import.meta.url);",
      },
    });
    if (config.tracing)
      exceptWildcards(this.role, ['*'], 'Traces are sent to X-Ray, which knows no resources.');
    const resource = this.handler.node.defaultChild;
    if (resource instanceof CfnFunction) {
      resource.addMetadata(metadataKeys.entry, pathIn(code.root, entry));
      resource.addMetadata(metadataKeys.features, code.entry);
      const name = pathIn(code.root, entry);
      const timeoutMs = props.timeout.toMilliseconds();
      requireFunctionLimits(resource, { name, timeoutMs, longestMs: props.longestMs ?? 0 });
    }
  }

  allow({ why, ...statement }: PatternStatement): void {
    this.role.addToPolicy(new PolicyStatement(statement));
    if (why !== undefined) exceptWildcards(this.role, statement.resources ?? [], why);
  }

  /**
   * Adds environment variables, read by `lambdas/wiring.ts` or by a feature.
   *
   * @throws ConfigurationError where one has another value already: two features would read what one of them meant
   */
  addEnvironment(environment: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(environment)) {
      if ((this.#environment.get(name) ?? value) !== value) {
        throw new ConfigurationError(`the variable ${name} is given twice, with different values`);
      }
      this.#environment.set(name, value);
      this.handler.addEnvironment(name, value);
    }
  }
}
