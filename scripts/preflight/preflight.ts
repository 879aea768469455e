import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AwsPlace } from '../../packages/cli/src/deployed/awsFailure.ts';
import { Failed } from '../../packages/cli/src/failures.ts';
import { type WrittenStack, writtenStacks } from '../deploying/assembly.ts';
import type { DeployWords } from '../deploying/deployWords.ts';
import { WrongUsage } from '../runCommand.ts';
import { askedBy, type Template } from './asked.ts';
import { type Account, type Finding, preflightChecks, unknown } from './checks.ts';

export interface Preflighting {
  /** Runs the CDK's command line, and tells its exit code. */
  cdk(words: readonly string[]): Promise<number>;
  /** The account of the credentials, where it can be told. */
  callerAccount(place: AwsPlace): Promise<string | undefined>;
  accountAt(place: AwsPlace): Account;
  print(line: string): void;
}

/**
 * Prints what an account has of what the app's stacks need.
 *
 * @param written an empty folder for the templates
 * @throws Failed where a check did not pass
 * @throws WrongUsage
 */
export async function preflight(
  { shared, deploy, place }: DeployWords,
  aws: Preflighting,
  written: string,
): Promise<void> {
  const [extra] = deploy.slice(shared.length);
  if (extra?.startsWith('-')) throw new WrongUsage(`Unknown option '${extra}'.`);
  if (extra !== undefined) throw new WrongUsage(`${JSON.stringify(extra)} is not understood.`);
  // Of the CDK's commands that write templates, this one does not build the functions.
  if ((await aws.cdk(['list', ...shared, '--output', written])) !== 0)
    throw new Failed('the app cannot be synthesised');
  const stacks = (await writtenStacks(written)).filter(({ isTidings }) => isTidings);
  if (stacks.length === 0) throw new Failed('there is no stack of Tidings in this app');
  let failed = 0;
  for (const stack of stacks) {
    aws.print(stack.name);
    for (const { check, result, says } of await findings(stack, place, aws, written)) {
      aws.print(`  ${result.padEnd(8)} ${check}: ${says}`);
      if (result === 'missing' || result === 'unknown') failed += 1;
    }
  }
  if (failed > 0) throw new Failed(`${failed} of the checks did not pass`);
}

async function findings(
  { account, region, template, requiredBootstrap }: WrittenStack,
  place: AwsPlace,
  { callerAccount, accountAt }: Preflighting,
  written: string,
): Promise<readonly Finding[]> {
  const where = { ...place, ...(region && { region }) };
  const elsewhere =
    account === undefined ? undefined : await otherAccount(account, () => callerAccount(where));
  if (elsewhere) return [elsewhere];
  const asked = askedBy(JSON.parse(await readFile(join(written, template), 'utf8')) as Template);
  return preflightChecks(asked, requiredBootstrap, accountAt(where));
}

/** Where a stack is of another account, all else would be asked of the wrong one. */
async function otherAccount(
  named: string,
  callerAccount: () => Promise<string | undefined>,
): Promise<Finding | undefined> {
  const check = 'account';
  try {
    const caller = await callerAccount();
    if (caller === named) return undefined;
    const whose = caller === undefined ? 'cannot be told (there is no stack CDKToolkit)' : `is ${caller}`;
    return {
      check,
      result: 'unknown',
      says: `the stack is of the account ${named}, and that of these credentials ${whose}: ask with credentials of ${named}, and bootstrap it first`,
    };
  } catch (error) {
    return { check, ...unknown(error) };
  }
}
