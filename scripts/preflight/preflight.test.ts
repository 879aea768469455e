import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Failed } from '../../packages/cli/src/failures.ts';
import { deployWords } from '../deploying/deployWords.ts';
import { preflight } from './preflight.ts';

const named = '222222222222';
const stack = (environment: string) => ({
  type: 'aws:cloudformation:stack',
  environment,
  properties: { tags: { 'tidings:stage': 'prod' }, templateFile: 'template.json' },
});

/** Asks an account that has everything, with a CDK that writes one stack. */
async function asking(environment: string, callerAccount: () => Promise<string | undefined>, words = '') {
  const folder = await mkdtemp(join(tmpdir(), 'tidings-preflight-test-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const commands: string[] = [];
  const places: object[] = [];
  const printed: string[] = [];
  let error: unknown;
  const aws = {
    async cdk(said: readonly string[]) {
      commands.push(said.join(' ').replace(folder, 'OUT'));
      const artifacts = { Live: stack(environment) };
      await writeFile(join(folder, 'manifest.json'), JSON.stringify({ artifacts }));
      await writeFile(join(folder, 'template.json'), JSON.stringify({ Resources: {} }));
      return 0;
    },
    callerAccount,
    accountAt: (place: object) => {
      places.push(place);
      return {
        bootstrapVersion: () => Promise.resolve(25),
        concurrency: () => Promise.resolve(1_000),
        apiGateway: () => Promise.resolve({ requestsPerSecond: 10_000 }),
        isAvailable: () => Promise.resolve(true),
      };
    },
    print: (line: string) => printed.push(line),
  };
  await preflight(deployWords(words.split(' ').filter(Boolean)), aws, folder).catch((caught: unknown) => {
    error = caught;
  });
  return { commands, places, printed, error };
}
const never = () => Promise.reject(new Error('not to be asked'));

test('a stack of no account is asked for where the credentials are, without building its functions', async () => {
  const { commands, places, printed, error } = await asking(
    'aws://unknown-account/unknown-region',
    never,
    '--stage prod --region us-east-1',
  );
  expect(error).toBeUndefined();
  expect(commands).toEqual(['list --context stage=prod --region us-east-1 --output OUT']);
  expect(places).toEqual([{ region: 'us-east-1' }]);
  expect(printed[0]).toBe('Live');
  expect(printed).toHaveLength(6);
});

test('a stack that names the account of the credentials is asked for in its Region', async () => {
  const { places, error } = await asking(`aws://${named}/eu-west-1`, () => Promise.resolve(named));
  expect(error).toBeUndefined();
  expect(places).toEqual([{ region: 'eu-west-1' }]);
});

test.each([
  ['another', () => Promise.resolve('111111111111'), 'is 111111111111'],
  ['one that cannot be told', () => Promise.resolve(undefined), 'cannot be told'],
  ['one that cannot be asked', () => Promise.reject(new Failed('no network')), 'no network'],
])(
  'where the credentials are of %s account nothing is asked, and the check does not pass',
  async (_of, caller, said) => {
    const { places, printed, error } = await asking(`aws://${named}/eu-west-1`, caller);
    expect(places).toEqual([]);
    expect(printed).toEqual(['Live', expect.stringMatching(/^ {2}unknown {2}account: /)]);
    expect(printed[1]).toContain(said);
    expect(error).toEqual(new Failed('1 of the checks did not pass'));
  },
);

test('other words are refused', async () => {
  expect(String((await asking('', never, 'Live')).error)).toContain('"Live" is not understood');
  expect(String((await asking('', never, '--all')).error)).toContain("Unknown option '--all'");
});
