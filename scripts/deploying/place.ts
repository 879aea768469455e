import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { AwsPlace } from '../../packages/cli/src/deployed/awsFailure.ts';
import { type DeployWords, deployWords } from './deployWords.ts';

type Environment = Record<string, string | undefined>;

/**
 * A command line with the profile and the Region that the CDK would find by itself. The CDK looks in other places than
 * the SDK, and a stack is to be looked for where it is deployed.
 *
 * @throws WrongUsage
 */
export async function placedWords(words: readonly string[]): Promise<DeployWords> {
  const { profile, region } = await cdkPlace(deployWords(words).place);
  return deployWords([
    ...(profile === undefined ? [] : ['--profile', profile]),
    ...(region === undefined ? [] : ['--region', region]),
    ...words,
  ]);
}

/** In the CDK's order: its `AwsCliCompatible`. What no place says is absent. */
export async function cdkPlace(given: AwsPlace, env: Environment = process.env): Promise<AwsPlace> {
  const settings = [
    given,
    { profile: env.CDK_PROFILE, region: env.CDK_REGION },
    await settingsIn('cdk.json'),
    await settingsIn(join(homedir(), '.cdk.json')),
  ];
  const profile = settings.map((one) => one.profile).find(Boolean);
  const region =
    settings.map((one) => one.region).find(Boolean) ||
    env.AWS_REGION ||
    env.AMAZON_REGION ||
    env.AWS_DEFAULT_REGION ||
    env.AMAZON_DEFAULT_REGION ||
    (await regionOfProfile(profile || env.AWS_PROFILE || env.AWS_DEFAULT_PROFILE || 'default')) ||
    (await regionOfProfile('default'));
  if (!profile) chooseCredentials(env);
  return { ...(profile && { profile }), ...(region && { region }) };
}

/**
 * Leaves one source of credentials in the environment, the one that the CDK takes: keys before a profile. The SDK takes
 * the profile, and does not know the other names.
 */
export function chooseCredentials(env: Environment): void {
  const id = env.AWS_ACCESS_KEY_ID || env.AMAZON_ACCESS_KEY_ID;
  const secret = env.AWS_SECRET_ACCESS_KEY || env.AMAZON_SECRET_ACCESS_KEY;
  const profile = env.AWS_PROFILE || env.AWS_DEFAULT_PROFILE;
  if (id && secret) {
    const token = env.AWS_SESSION_TOKEN ?? env.AMAZON_SESSION_TOKEN;
    Object.assign(env, { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret });
    if (token) env.AWS_SESSION_TOKEN = token;
    delete env.AWS_PROFILE;
    delete env.AWS_DEFAULT_PROFILE;
  } else if (profile) env.AWS_PROFILE = profile;
}

/** What a file of the CDK's settings says. One that cannot be read says nothing; the CDK tells of it. */
async function settingsIn(file: string): Promise<{ profile?: string; region?: string }> {
  try {
    const { profile, region } = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
    return {
      ...(typeof profile === 'string' && { profile }),
      ...(typeof region === 'string' && { region }),
    };
  } catch {
    return {};
  }
}

async function regionOfProfile(profile: string): Promise<string | undefined> {
  const { CloudFormationClient } = await import('@aws-sdk/client-cloudformation');
  // Rejects where the profile has none.
  return new CloudFormationClient({ profile }).config.region().catch(() => undefined);
}
