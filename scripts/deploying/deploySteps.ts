import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AwsPlace } from '../../packages/cli/src/deployed/awsFailure.ts';
import { Failed } from '../../packages/cli/src/failures.ts';
import { type WrittenStack, writtenStacks } from './assembly.ts';
import type { DeployWords } from './deployWords.ts';
import { isPreparedOnly, selectedStacks } from './selection.ts';

export interface Deploying {
  /** Runs the CDK's command line, and tells its exit code. */
  cdk(words: readonly string[]): Promise<number>;
  /** Whether there is a stack of this name that was once deployed to its end. */
  hasStood(stack: string, place: AwsPlace): Promise<boolean>;
  /** The account of the credentials, where it can be told. */
  callerAccount(place: AwsPlace): Promise<string | undefined>;
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
  if ((await cdk(['synth', '--quiet', ...shared, '--output', written])) !== 0)
    throw new Failed('the app cannot be synthesised');
  const selected = selectedStacks(await writtenStacks(written), deploy.slice(shared.length));
  const fresh = await firstOf(selected, place, aws);
  const names = namesOf(fresh);
  if (fresh.length > 0) {
    requireExecuted(deploy, names);
    print(
      `The first deployment of ${names}: protection from deletion is switched on by a second step, once the first has succeeded.`,
    );
    if (
      (await firstStep(cdk, [...deploy, '--context', `tidings:first=${names.replaceAll(', ', ',')}`])) !== 0
    )
      throw await firstFailure(fresh, place, aws);
    print('The first step has succeeded. The second switches protection from deletion on.');
  }
  if ((await cdk(['deploy', '--app', written, ...deploy])) !== 0)
    throw fresh.length > 0 ? await secondFailure(fresh, place, aws) : laterFailure();
  const standing = namesOf(await standingOf(fresh, place, aws));
  if (standing !== '') print(`${standing} is protected from deletion.`);
}

const namesOf = (stacks: readonly WrittenStack[]) => stacks.map(({ name }) => name).join(', ');
const placeOf = ({ region }: WrittenStack, place: AwsPlace) => ({ ...place, ...(region && { region }) });

/** Of what is to be protected, the stacks that are known not to stand yet. */
async function firstOf(
  stacks: readonly WrittenStack[],
  place: AwsPlace,
  { hasStood, callerAccount, print }: Deploying,
): Promise<readonly WrittenStack[]> {
  const fresh: WrittenStack[] = [];
  const kept = new Set<string>();
  for (const stack of stacks.filter(({ isProtected }) => isProtected)) {
    const { name, account } = stack;
    const where = placeOf(stack, place);
    // In another account there may be one that stands, and the first step would take its protection away.
    if (account !== undefined && account !== (await callerAccount(where))) {
      kept.add(name);
      print(
        `${name} is of the account ${account}, and these credentials are not known to be: whether it stands cannot be asked, so it is deployed in one step, and protected from deletion from the beginning.`,
      );
    } else if (await hasStood(name, where)) kept.add(name);
    else fresh.push(stack);
  }
  // The first step knows stacks by their names alone, which may be the same in several Regions.
  const several = fresh.filter(({ name }) => kept.has(name));
  if (several.length > 0)
    print(
      `${namesOf(several)} is the name of several stacks, and they are not all known to be new: they are deployed in one step, and protected from deletion from the beginning.`,
    );
  return fresh.filter((stack) => !several.includes(stack));
}

function requireExecuted(words: readonly string[], names: string): void {
  if (isPreparedOnly(words))
    throw new Failed(
      `this is the first deployment of ${names}, whose two steps have both to be executed: leave --no-execute and --method out, or use npx cdk deploy, which protects from the beginning`,
    );
}

async function firstStep(cdk: Deploying['cdk'], words: readonly string[]): Promise<number> {
  // Beside what was written: the second step deploys that.
  const output = await mkdtemp(join(tmpdir(), 'tidings-first-'));
  try {
    return await cdk(['deploy', '--output', output, ...words]);
  } finally {
    await rm(output, { recursive: true, force: true });
  }
}

const again = 'run the same command again';

async function firstFailure(
  fresh: readonly WrittenStack[],
  place: AwsPlace,
  aws: Deploying,
): Promise<Failed> {
  const standing = await standingOf(fresh, place, aws);
  const begun = namesOf(standing);
  const not = namesOf(fresh.filter((stack) => !standing.includes(stack)));
  return new Failed(
    [
      'the first deployment did not succeed, and the CDK says above why',
      ...(not === '' ? [] : [`${not} does not stand: mend that, and ${again}`]),
      ...(begun === ''
        ? []
        : [`${begun} stands, and is not protected from deletion yet: ${again}, which does that`]),
    ].join('. '),
  );
}

async function secondFailure(
  fresh: readonly WrittenStack[],
  place: AwsPlace,
  aws: Deploying,
): Promise<Failed> {
  const standing = namesOf(await standingOf(fresh, place, aws));
  if (standing === '') return new Failed(`${namesOf(fresh)} does not stand: ${again}`);
  return new Failed(
    `${standing} stands, and may not be protected from deletion yet: ${again}, which does that`,
  );
}

const laterFailure = () =>
  new Failed(
    'the deployment did not succeed, and the CDK says above why. If CloudFormation had begun, it goes back to what was deployed before',
  );

async function standingOf(
  stacks: readonly WrittenStack[],
  place: AwsPlace,
  { hasStood }: Deploying,
): Promise<readonly WrittenStack[]> {
  const standing: WrittenStack[] = [];
  for (const stack of stacks) if (await hasStood(stack.name, placeOf(stack, place))) standing.push(stack);
  return standing;
}
