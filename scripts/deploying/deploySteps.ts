import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AwsPlace } from '../../packages/cli/src/deployed/awsFailure.ts';
import { Failed } from '../../packages/cli/src/failures.ts';
import { type WrittenStack, writtenStacks } from './assembly.ts';
import type { DeployWords } from './deployWords.ts';

export interface Deploying {
  /** Runs the CDK's command line, and tells its exit code. */
  cdk(words: readonly string[]): Promise<number>;
  /** Whether there is a stack of this name that was once deployed to its end. */
  hasStood(stack: string, place: AwsPlace): Promise<boolean>;
  print(line: string): void;
}

/**
 * Deploys an app. A stack that is to be protected from deletion and does not stand yet is deployed in two steps: without
 * protection, so that CloudFormation can take away what it made if something fails, and then as it is written.
 *
 * @param written the folder for the templates
 * @throws Failed
 */
export async function deploySteps(
  { shared, deploy, place }: DeployWords,
  aws: Deploying,
  written: string,
): Promise<void> {
  const { cdk, print } = aws;
  await require(cdk(['synth', '--quiet', ...shared, '--output', written]), 'the app cannot be synthesised');
  const fresh = await firstOf(await writtenStacks(written), place, aws);
  if (fresh.length > 0) {
    print(
      `The first deployment of ${fresh.join(', ')}: protection from deletion is switched on by a second step, once the first has succeeded.`,
    );
    await firstStep(cdk, [...deploy, '--context', `tidings:first=${fresh.join(',')}`]);
    print('The first step has succeeded. The second switches protection from deletion on.');
  }
  await require(cdk(['deploy', '--app', written, ...deploy]), fresh.length > 0
    ? `${fresh.join(', ')} stands, and is not protected from deletion yet: run the same command again, which does that`
    : 'the deployment failed: CloudFormation goes back to what was deployed before, and says above why');
  if (fresh.length > 0) print(`${fresh.join(', ')} is protected from deletion.`);
}

/** Of what is to be protected, the stacks that do not stand yet. */
async function firstOf(
  stacks: readonly WrittenStack[],
  place: AwsPlace,
  { hasStood }: Deploying,
): Promise<readonly string[]> {
  const fresh: string[] = [];
  for (const { name, region, isProtected } of stacks) {
    if (isProtected && !(await hasStood(name, { ...place, ...(region && { region }) }))) fresh.push(name);
  }
  return fresh;
}

async function firstStep(cdk: Deploying['cdk'], words: readonly string[]): Promise<void> {
  // Beside what was written: the second step deploys that.
  const output = await mkdtemp(join(tmpdir(), 'tidings-first-'));
  try {
    await require(cdk([
      'deploy',
      '--output',
      output,
      ...words,
    ]), 'the first deployment failed. CloudFormation takes away what it made, and says above why: mend that, and run the same command again');
  } finally {
    await rm(output, { recursive: true, force: true });
  }
}

async function require(code: Promise<number>, otherwise: string): Promise<void> {
  if ((await code) !== 0) throw new Failed(otherwise);
}
