import { dirname } from 'node:path';
import { AssetHashType, DockerImage, type Duration } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  CfnFunction,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { exceptWildcards } from '../exceptions.ts';
import { removalPolicyOf } from '../settings/removalPolicy.ts';
import { ConfigurationError, type StageConfig } from '../settings/stageConfig.ts';
import { appCodeOf, lockfileOf, pathIn } from './appCode.ts';
import { type BundleProps, bundle } from './bundle.ts';
import { requireFunctionLimits } from './functionLimits.ts';
import type { PatternStatement } from './policyStatement.ts';

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
  readonly handler: LambdaFunction;
  private readonly role: Role;
  readonly #environment = new Map<string, string>();

  constructor(scope: Construct, id: string, props: TidingsFunctionProps) {
    super(scope, id);
    const { config, entry } = props;
    const code = appCodeOf(this);
    const logGroup = new LogGroup(this, 'Logs', {
      retention: config.logRetentionDays,
      removalPolicy: removalPolicyOf(config),
    });
    // AWSLambdaBasicExecutionRole lets a function write into every log group of the account.
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    this.allow({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [logGroup.logGroupArn] });

    this.handler = new LambdaFunction(this, 'Handler', {
      code: bundledCode({ code, entry }),
      handler: 'index.handler',
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

/** What is uploaded, made when the app is synthesized. It has a new name where a byte of it is another, and only then. */
const bundledCode = (props: Omit<BundleProps, 'outdir'>): Code =>
  Code.fromAsset(dirname(lockfileOf(props.code.root)), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Neither is run, for it is bundled in this process; by the command the CDK tells bundles of one folder apart.
      image: DockerImage.fromRegistry('none'),
      command: [props.entry, props.code.entry],
      local: {
        tryBundle(outdir) {
          bundle({ ...props, outdir });
          return true;
        },
      },
    },
  });
