import { Stack } from 'aws-cdk-lib';
import type { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { reserveMs } from '../../core/timeouts.ts';
import { ConfigurationError } from '../settings/stageConfig.ts';

export interface FunctionNeeds {
  /** What messages call the function: its entry. */
  readonly name: string;
  /** When the code counts on being ended: it gives up its work a little before. */
  readonly timeoutMs: number;
  /** How long its work takes at most, by its parts. */
  readonly longestMs: number;
}

/**
 * Refuses, once all is made, a function that Lambda would not take, or would end in the midst of its work.
 *
 * @throws ConfigurationError, at the synth: a sentence that the command line shows alone
 */
export function requireFunctionLimits(resource: CfnFunction, needs: FunctionNeeds): void {
  resource.node.addValidation({
    validate() {
      requireTime(resource.timeout ?? lambdaDefaultSeconds, needs);
      requireEnvironment(needs.name, variablesOf(resource));
      return [];
    },
  });
}

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html */
const lambdaDefaultSeconds = 3;

function requireTime(seconds: number, { name, timeoutMs, longestMs }: FunctionNeeds): void {
  const neededMs = longestMs + reserveMs;
  const given = `${name}: its time-out is ${seconds} s`;
  if (seconds * 1_000 < neededMs) {
    throw new ConfigurationError(
      `${given}, and its longest way takes ${longestMs / 1_000} s, with ${reserveMs / 1_000} s more to answer and report: give it at least ${neededMs / 1_000} s`,
    );
  }
  if (seconds * 1_000 < timeoutMs) {
    throw new ConfigurationError(
      `${given}, and its code counts on ${timeoutMs / 1_000} s: shorten it where the code has it`,
    );
  }
}

/** These are Lambda's own: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
const reserved = new Set([
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_DEFAULT_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_LAMBDA_RUNTIME_API',
  'AWS_REGION',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'LAMBDA_RUNTIME_DIR',
  'LAMBDA_TASK_ROOT',
  'TZ',
]);

/** https://docs.aws.amazon.com/lambda/latest/api/API_Environment.html */
const variableName = /^[a-zA-Z][a-zA-Z0-9_]+$/;

const maxEnvironmentBytes = 4_096;

function requireEnvironment(name: string, variables: Readonly<Record<string, unknown>>): void {
  for (const variable of Object.keys(variables)) {
    if (reserved.has(variable))
      throw new ConfigurationError(`${name}: the variable ${variable} is one that Lambda sets itself`);
    if (!variableName.test(variable)) {
      throw new ConfigurationError(
        `${name}: ${variable} cannot be a variable: two or more letters, digits and _, the first of them a letter`,
      );
    }
  }
  // What Lambda measures is all of them as JSON, with names, quotes and commas:
  // https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-deployment.html
  const sizes = Object.entries(variables).map(
    ([variable, value]) => [variable, bytesOf(variable) + bytesOf(value) + 2] as const,
  );
  const bytes = sizes.reduce((sum, [, size]) => sum + size, 1);
  if (bytes <= maxEnvironmentBytes) return;
  const [largest = ['', 0]] = sizes.toSorted(([, a], [, b]) => b - a);
  throw new ConfigurationError(
    `${name}: its variables take ${bytes} bytes of the ${maxEnvironmentBytes} that Lambda has for them; ${largest[0]} alone takes ${largest[1]}`,
  );
}

function variablesOf(resource: CfnFunction): Readonly<Record<string, unknown>> {
  const { variables = {} } = (Stack.of(resource).resolve(resource.environment) ?? {}) as {
    readonly variables?: Readonly<Record<string, unknown>>;
  };
  return variables;
}

/** What CloudFormation fills in is as long as it may be. */
const pseudoParameterBytes: Readonly<Record<string, number>> = {
  'AWS::AccountId': 12,
  'AWS::Partition': 10,
  'AWS::Region': 20,
  'AWS::StackName': 128,
  'AWS::URLSuffix': 16,
};

/** The address of a queue with the longest name in the longest Region; names of tables, APIs and buses are shorter. */
const referenceBytes = 150;

/** As JSON, where a value's own quotes take two bytes each. */
function bytesOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return Buffer.byteLength(JSON.stringify(value));
  const { Ref: ref, 'Fn::Join': join } = value as { readonly Ref?: string; readonly 'Fn::Join'?: unknown };
  if (typeof ref === 'string') return pseudoParameterBytes[ref] ?? referenceBytes;
  if (!Array.isArray(join)) return referenceBytes;
  const [separator, parts] = join as [string, readonly unknown[]];
  return parts.reduce<number>((sum, part) => sum + separator.length + bytesOf(part), 2);
}
