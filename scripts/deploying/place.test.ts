import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { cdkPlace, chooseCredentials, placedWords } from './place.ts';

// One folder for all: the SDK reads these files once in a process.
const files = {
  config:
    '[default]\nregion = eu-central-1\n[profile work]\nregion = eu-west-3\n[profile both]\nregion = eu-west-3\n[profile none]\noutput = json\n',
  credentials: '[both]\nregion = eu-north-1\n',
};
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidings-place-'));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
});
afterAll(() => rm(folder, { recursive: true }));
const plain = () => {
  vi.stubEnv('HOME', folder);
  vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'config'));
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(folder, 'credentials'));
  for (const name of ['AWS_REGION', 'AWS_DEFAULT_REGION', 'AMAZON_REGION', 'CDK_REGION', 'AWS_PROFILE'])
    vi.stubEnv(name, undefined);
};
afterEach(() => vi.unstubAllEnvs());

test.each([
  ['--region', { region: 'r0' }, { CDK_REGION: 'r1', AWS_REGION: 'r2' }, 'r0'],
  ['CDK_REGION', {}, { CDK_REGION: 'r1', AWS_REGION: 'r2' }, 'r1'],
  ['AWS_REGION', {}, { AWS_REGION: 'r2', AMAZON_REGION: 'r3', AWS_DEFAULT_REGION: 'r4' }, 'r2'],
  ['AMAZON_REGION', {}, { AMAZON_REGION: 'r3', AWS_DEFAULT_REGION: 'r4' }, 'r3'],
  ['AWS_DEFAULT_REGION', {}, { AWS_DEFAULT_REGION: 'r4' }, 'r4'],
  ['the profile', {}, { AWS_PROFILE: 'work' }, 'eu-west-3'],
  ['the other name of a profile', {}, { AWS_DEFAULT_PROFILE: 'work' }, 'eu-west-3'],
  ['the profile given', { profile: 'work' }, { AWS_PROFILE: 'both' }, 'eu-west-3'],
  ['the credentials file before the other', { profile: 'both' }, {}, 'eu-north-1'],
  ['the default profile where the profile has none', { profile: 'none' }, {}, 'eu-central-1'],
])('the Region is that of %s', async (_of, given, env, region) => {
  plain();
  expect((await cdkPlace(given, { ...env })).region).toBe(region);
});

test('what was found is said to all commands of the CDK, and given words stay as they are', async () => {
  plain();
  vi.stubEnv('AWS_DEFAULT_REGION', 'eu-west-2');
  vi.stubEnv('CDK_PROFILE', 'work');
  const { shared, deploy, place } = await placedWords(['--stage', 'prod', 'Live']);
  expect(place).toEqual({ profile: 'work', region: 'eu-west-2' });
  expect(shared).toEqual('--context stage=prod --profile work --region eu-west-2'.split(' '));
  expect(deploy).toEqual([...shared, 'Live']);
});

test('the settings of the CDK in the home folder name a profile', async () => {
  plain();
  await writeFile(join(folder, '.cdk.json'), JSON.stringify({ profile: 'both' }));
  expect(await cdkPlace({}, {})).toEqual({ profile: 'both', region: 'eu-north-1' });
  await rm(join(folder, '.cdk.json'));
});

test('keys in the environment go before a profile, and a profile has one name', () => {
  const keys = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' };
  const left = (env: Record<string, string>) => {
    chooseCredentials(env);
    return env;
  };
  expect(left({ ...keys, AWS_PROFILE: 'work', AWS_DEFAULT_PROFILE: 'work' })).toEqual(keys);
  expect(left({ AMAZON_ACCESS_KEY_ID: 'id', AMAZON_SECRET_ACCESS_KEY: 'secret' })).toMatchObject(keys);
  expect(left({ AWS_DEFAULT_PROFILE: 'work' })).toMatchObject({ AWS_PROFILE: 'work' });
});
