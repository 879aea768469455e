import type { LocalClock } from '../clock.ts';
import type { FunctionDescription } from '../template/readStack.ts';
import { account } from '../template/template.ts';
import type { OpenModule } from './asFactory.ts';
import { type Freezer, freezer } from './freezer.ts';
import { type Dial, functionScope } from './functionScope.ts';

/** What the execution environments of one function are made of. */
export interface EnvironmentParts {
  readonly description: FunctionDescription;
  readonly open: OpenModule;
  readonly clock: Pick<LocalClock, 'now'>;
  /** What a function finds in its environment besides what the template gives it. */
  readonly env: (functionId: string, environment: Freezer) => Readonly<Record<string, string>>;
  readonly table?: object | undefined;
  /** Makes what opens its connections for posts. @default by the network */
  readonly dialer?: (() => Dial) | undefined;
  readonly log: (text: string) => void;
}

/** One copy of a function's modules, which serves one request at a time and is frozen between them. */
export interface Environment {
  /** Rejects if the function throws, or runs out of time: then the environment is gone. */
  run(event: unknown, requestId: string): Promise<unknown>;
  readonly state: Freezer['state'];
  /** Throws it away: nothing of it runs any more. */
  end(): void;
}

type Handler = (event: unknown, context: unknown) => unknown;

/** Evaluates the function's modules. @throws {Error} what they throw; where there is no handler */
export async function openEnvironment(parts: EnvironmentParts): Promise<Environment> {
  const { description, open, clock, env, table, dialer, log } = parts;
  const control = freezer();
  const variables = environmentVariables(description, env(description.id, control));
  const { scope, end: endTimers } = functionScope({
    env: variables,
    clock,
    log,
    table,
    dial: dialer?.(),
    environment: control,
  });
  const end = () => {
    control.end();
    endTimers();
  };
  const handler = await open(scope)
    .then(({ handler: found }) => {
      if (typeof found === 'function') return found as Handler;
      throw new Error(`${description.entry} exports no function "handler".`);
    })
    .catch((error: unknown) => {
      end();
      throw error;
    });
  control.freeze();
  return {
    get state() {
      return control.state;
    },
    end,
    async run(event, requestId) {
      const { promise: timedOut, cancel } = timeOut(description, end);
      const context = invocationContext(description, requestId);
      try {
        control.thaw();
        return asJson(await Promise.race([handler(asJson(event), context), timedOut]));
      } finally {
        cancel();
        control.freeze();
      }
    },
  };
}

/** Rejects when the function's time is over. */
function timeOut({ id, timeoutMs }: FunctionDescription, end: () => void) {
  let timer: NodeJS.Timeout | undefined;
  const promise = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      end();
      reject(new Error(`${id}: task timed out after ${(timeoutMs / 1_000).toFixed(2)} seconds.`));
    }, timeoutMs);
  });
  return { promise, cancel: () => clearTimeout(timer) };
}

/** What Lambda itself puts into an environment, as far as code of ours may look at it: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
function environmentVariables(
  { id, env, memoryMb }: FunctionDescription,
  common: Readonly<Record<string, string>>,
) {
  return {
    ...common,
    AWS_LAMBDA_FUNCTION_NAME: id,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    AWS_REGION: account.region,
    ...env,
  };
}

function invocationContext({ id, arn, memoryMb, timeoutMs }: FunctionDescription, awsRequestId: string) {
  // A time-out is real time: a move of the clock must not end what is running.
  const end = performance.now() + timeoutMs;
  return {
    awsRequestId,
    functionName: id,
    functionVersion: '$LATEST',
    invokedFunctionArn: arn,
    memoryLimitInMB: String(memoryMb),
    logGroupName: `/aws/lambda/${id}`,
    logStreamName: 'local',
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => Math.max(0, Math.round(end - performance.now())),
  };
}

function asJson(value: unknown): unknown {
  return value === undefined ? null : JSON.parse(JSON.stringify(value));
}
