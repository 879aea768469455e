import { Failed } from '../../packages/cli/src/failures.ts';
import type { Asked } from './asked.ts';

/** What is asked of an account of AWS, in one Region. */
export interface Account {
  /** Of the CDK's own stack; absent: there is none. */
  bootstrapVersion(): Promise<number | undefined>;
  /** How many of all functions may run at a time. */
  concurrency(): Promise<number>;
  apiGateway(): Promise<{ readonly logRoleArn?: string; readonly requestsPerSecond?: number }>;
  isAvailable(model: string): Promise<boolean>;
}

export interface Finding {
  readonly check: string;
  /** `missing`: the deployment or the stack will fail. `unknown`: the account could not be asked. */
  readonly result: 'ok' | 'warning' | 'missing' | 'unknown';
  /** What was found, and what to do. */
  readonly says: string;
}

type Found = Omit<Finding, 'check'>;
const ok = (says: string): Found => ({ result: 'ok', says });
const warning = (says: string): Found => ({ result: 'warning', says });
const missing = (says: string): Found => ({ result: 'missing', says });

/** Lambda keeps so many for functions that have none reserved: https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html */
const unreserved = 100;
const increase =
  'ask for more in Service Quotas (AWS Lambda, Concurrent executions), which is free and takes hours to days';

export function judgeConcurrency({ reserved, background }: Asked, quota: number): Found {
  if (reserved > 0 && reserved > quota - unreserved) {
    return missing(
      `${reserved} concurrent executions are reserved, and of the account's ${quota} at most ${Math.max(0, quota - unreserved)} can be: ${increase}`,
    );
  }
  const left = quota - reserved;
  const says = `the account has ${quota}, of which work in the background may take ${background}`;
  if (background * 2 <= left) return ok(says);
  return warning(
    `${says}: then requests and connects are turned away while there is much of it: ${increase}`,
  );
}

export function judgeRate({ requestsPerSecond: asked }: Asked, quota: number | undefined): Found {
  if (quota === undefined) return warning('the account does not say how many requests API Gateway takes');
  const says = `the account's APIs take ${quota} requests a second together, and this stage's ${asked}`;
  if (asked <= quota) return ok(says);
  return warning(
    `${says}: lower throttle.ratePerSecond, or ask for more in Service Quotas (Amazon API Gateway, Throttle rate)`,
  );
}

export function judgeLogRole({ logRole }: Asked, arn: string | undefined): Found {
  if (logRole === 'not needed') return ok('access logs are off');
  if (logRole === 'needed') {
    return arn === undefined
      ? missing('access logs need a role of the account: set "accessLogs": { "accountRole": true }')
      : ok(`API Gateway logs with ${arn}`);
  }
  return arn === undefined
    ? ok('the stack sets the role')
    : ok(`the stack sets the role; it takes the place of ${arn} if that is of another stack`);
}

export function judgeBootstrap(required: number, version: number | undefined): Found {
  const what = 'run npx cdk bootstrap, once for an account and Region';
  if (version === undefined) return missing(`there is no stack CDKToolkit: ${what}`);
  if (version < required) return missing(`version ${version} is older than ${required}: ${what} more`);
  return ok(`version ${version}`);
}

async function judgeModels({ models, asksUnnamedModel }: Asked, account: Account): Promise<Found> {
  if (asksUnnamedModel)
    return warning(
      "a model of Bedrock is asked by an ARN that does not tell which: see in Bedrock's console that it can be asked in this Region",
    );
  if (models.length === 0) return ok('no model of Bedrock is asked');
  for (const model of models) if (await account.isAvailable(model)) return ok(`${model} can be asked`);
  return missing(
    `${models.join(', ')} cannot be asked from here: see Bedrock's model catalogue in this Region, or set another assistant.modelId`,
  );
}

/** Asks an account all of it. One line a check, whatever the others say. */
export async function preflightChecks(
  asked: Asked,
  requiredBootstrap: number,
  account: Account,
): Promise<readonly Finding[]> {
  const checks: Readonly<Record<string, () => Promise<Found>>> = {
    bootstrap: async () => judgeBootstrap(requiredBootstrap, await account.bootstrapVersion()),
    concurrency: async () => judgeConcurrency(asked, await account.concurrency()),
    'request rate': async () => judgeRate(asked, (await account.apiGateway()).requestsPerSecond),
    'log role': async () =>
      asked.logRole === 'not needed'
        ? judgeLogRole(asked, undefined)
        : judgeLogRole(asked, (await account.apiGateway()).logRoleArn),
    models: () => judgeModels(asked, account),
  };
  const findings: Finding[] = [];
  for (const [check, judge] of Object.entries(checks)) {
    findings.push({ check, ...(await judge().catch(unknown)) });
  }
  return findings;
}

/** What could not be asked. Throws what is no answer of AWS. */
export function unknown(error: unknown): Found {
  if (!(error instanceof Failed)) throw error;
  return { result: 'unknown', says: error.message };
}
