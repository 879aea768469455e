import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Failed } from '../../packages/cli/src/failures.ts';
import { writtenStacks } from './assembly.ts';
import { deploySteps } from './deploySteps.ts';
import { deployWords } from './deployWords.ts';

const stack = (terminationProtection: boolean, environment = 'aws://unknown-account/unknown-region') => ({
  type: 'aws:cloudformation:stack',
  environment,
  properties: { terminationProtection, tags: { 'tidings:stage': 'prod' } },
});

interface Plan {
  readonly artifacts?: Record<string, object>;
  /** The stacks that were deployed before. */
  readonly standing?: readonly string[];
  /** The stacks that stand once the CDK has deployed, beside those. */
  readonly deployed?: readonly string[];
  /** The account of the credentials. */
  readonly caller?: string;
  /** The exit codes of the CDK's commands, in their order. */
  readonly codes?: readonly number[];
}

/** Deploys with a CDK that writes down what it is asked. */
async function deploying(
  { artifacts = { Live: stack(true) }, standing = [], deployed = [], caller, codes = [] }: Plan,
  words = '',
) {
  const folder = await mkdtemp(join(tmpdir(), 'tidings-deploying-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const asked: string[] = [];
  const places: object[] = [];
  const printed: string[] = [];
  let error: unknown;
  await deploySteps(
    deployWords(words.split(' ').filter(Boolean)),
    {
      cdk: async (said) => {
        if (said[0] === 'synth') {
          await mkdir(folder, { recursive: true });
          await writeFile(join(folder, 'manifest.json'), JSON.stringify({ artifacts }));
        }
        asked.push(said.join(' ').replace(/--output \S*tidings-first-\S*/, '--output FIRST'));
        const first = /\S*tidings-first-\S*/.exec(said.join(' '))?.[0];
        if (first !== undefined) onTestFinished(() => expect(existsSync(first)).toBe(false));
        return codes[asked.length - 1] ?? 0;
      },
      hasStood: (name, place) => {
        places.push(place);
        return Promise.resolve([...standing, ...(asked.length > 1 ? deployed : [])].includes(name));
      },
      callerAccount: () => Promise.resolve(caller),
      print: (line) => printed.push(line),
    },
    folder,
  ).catch((caught: unknown) => {
    error = caught;
  });
  return { asked: asked.map((line) => line.replaceAll(folder, 'OUT')), places, printed, error };
}

test('a protected stack is deployed in two steps the first time: without protection, and as it is written', async () => {
  const { asked, printed, error } = await deploying(
    { deployed: ['Live'] },
    '--stage prod --require-approval never',
  );
  expect(error).toBeUndefined();
  expect(asked).toEqual([
    'synth --quiet --context stage=prod --output OUT',
    'deploy --output FIRST --context stage=prod --require-approval never --context tidings:first=Live',
    'deploy --app OUT --context stage=prod --require-approval never',
  ]);
  expect(printed.at(-1)).toBe('Live is protected from deletion.');
});

test('what stands is deployed in one step', async () => {
  const { asked, printed } = await deploying({ standing: ['Live'] });
  expect(asked).toEqual(['synth --quiet --output OUT', 'deploy --app OUT']);
  expect(printed).toEqual([]);
});

test('of several stacks the protection of those that stand is left as it is', async () => {
  const artifacts = { Live: stack(true), New: stack(true), Newer: stack(true) };
  const { asked } = await deploying({ artifacts, standing: ['Live'] });
  expect(asked[1]).toContain('--context tidings:first=New,Newer');
});

test('AWS is not asked about stacks that are not to be protected, or are not of Tidings', async () => {
  const foreign = { type: 'aws:cloudformation:stack', properties: { terminationProtection: true } };
  const artifacts = { Dev: stack(false), Foreign: foreign, Tree: { type: 'cdk:tree' } };
  const { asked, places } = await deploying({ artifacts });
  expect(places).toEqual([]);
  expect(asked).toHaveLength(2);
});

test('a stack is looked for in its own Region, which it may name', async () => {
  const artifacts = { Live: stack(true, 'aws://123456789012/eu-west-1'), Here: stack(true) };
  const { places } = await deploying(
    { artifacts, caller: '123456789012' },
    '--profile work --region us-east-1',
  );
  expect(places.slice(0, 2)).toEqual([
    { profile: 'work', region: 'eu-west-1' },
    { profile: 'work', region: 'us-east-1' },
  ]);
});

test('where the app cannot be synthesised nothing is deployed', async () => {
  const { asked, error } = await deploying({ codes: [1] });
  expect(asked).toHaveLength(1);
  expect(error).toEqual(new Failed('the app cannot be synthesised'));
});

const inAnother = 'aws://222222222222/eu-west-1';

test.each([
  ['its environment', stack(true, inAnother), '111111111111'],
  ['its environment, and that of the credentials cannot be told', stack(true, inAnother), undefined],
  [
    'its role',
    {
      ...stack(true),
      properties: { ...stack(true).properties, assumeRoleArn: 'arn:aws:iam::222222222222:role/deploy' },
    },
    '111111111111',
  ],
])('of a stack in another account, by %s, no protection is taken off', async (_by, Live, caller) => {
  const { asked, places, printed, error } = await deploying({
    artifacts: { Live },
    ...(caller && { caller }),
  });
  expect(error).toBeUndefined();
  expect(asked).toEqual(['synth --quiet --output OUT', 'deploy --app OUT']);
  expect(places).toEqual([]);
  expect(printed).toEqual([expect.stringContaining('Live is of the account 222222222222')]);
});

test('a stack by whose name another one stands elsewhere keeps its protection, and so does that', async () => {
  const named = (environment: string) => ({
    ...stack(true, environment),
    properties: { ...stack(true).properties, stackName: 'live' },
  });
  const artifacts = { Here: named('aws://unknown-account/eu-west-1'), There: named(inAnother) };
  const { asked, printed } = await deploying({ artifacts, caller: '111111111111' });
  expect(asked).toHaveLength(2);
  expect(printed.at(-1)).toContain('live is the name of several stacks');
});

test('what does not stand in the end is not said to be protected', async () => {
  const { printed, error } = await deploying({});
  expect(error).toBeUndefined();
  expect(printed.join()).not.toContain('is protected');
});

test('a stack that names the account of the credentials has its two steps', async () => {
  const artifacts = { Live: stack(true, inAnother) };
  expect((await deploying({ artifacts, caller: '222222222222' })).asked).toHaveLength(3);
});

test.each([
  ['New', 'New'],
  ['N*', 'New,Newer'],
  ['Newer', 'New,Newer'],
  ['Newer --exclusively', 'Newer'],
  ['New --all', 'New,Newer,Other'],
  ['--require-approval never', 'New,Newer,Other'],
])('of the words "%s" the first deployment is of %s', async (words, first) => {
  const artifacts = {
    New: stack(true),
    Newer: { ...stack(true), dependencies: ['New'] },
    Other: stack(true),
  };
  const { asked } = await deploying({ artifacts }, words);
  expect(asked[1]?.split('tidings:first=')[1]).toBe(first);
});

test('what stands and is selected alone is deployed in one step, whatever else does not stand', async () => {
  const artifacts = { Live: stack(true), New: stack(true) };
  expect((await deploying({ artifacts, standing: ['Live'] }, 'Live')).asked).toHaveLength(2);
});

test.each(['--no-execute', '--execute=false', '--method prepare-change-set', '-m execute-change-set'])(
  '%s is refused for a first deployment, and passed on for others',
  async (words) => {
    const { asked, error } = await deploying({}, words);
    expect(asked).toHaveLength(1);
    expect(String(error)).toContain('the first deployment of Live');
    const later = await deploying({ standing: ['Live'] }, words);
    expect(later.asked.at(-1)).toBe(`deploy --app OUT ${words}`);
  },
);

test('a method that executes what it made is a first deployment as any', async () => {
  expect((await deploying({}, '--method direct')).asked).toHaveLength(3);
});

test('where the first step fails there is no second, and what stands of it is said', async () => {
  const { asked, printed, error } = await deploying({ codes: [0, 1] });
  expect(asked).toHaveLength(2);
  expect(error).toBeInstanceOf(Failed);
  expect(String(error)).toContain('the first deployment did not succeed');
  expect(String(error)).toContain('Live does not stand: mend that, and run the same command again');
  expect(printed.join()).not.toContain('is protected');
  const artifacts = { New: stack(true), Newer: stack(true) };
  const half = await deploying({ artifacts, deployed: ['New'], codes: [0, 1] });
  expect(String(half.error)).toContain('Newer does not stand');
  expect(String(half.error)).toContain('New stands, and is not protected from deletion yet');
});

test('where the second step fails it is said that nothing is protected, and the same command does it later', async () => {
  const { printed, error } = await deploying({ deployed: ['Live'], codes: [0, 0, 1] });
  expect(String(error)).toContain(
    'Live stands, and may not be protected from deletion yet: run the same command',
  );
  expect(printed.join()).not.toContain('is protected');
  const again = await deploying({ standing: ['Live'] });
  expect(again.asked.at(-1)).toBe('deploy --app OUT');
  const gone = await deploying({ codes: [0, 0, 1] });
  expect(String(gone.error)).toContain('Live does not stand');
});

test('a later deployment that fails says that the one before runs', async () => {
  const { error } = await deploying({ standing: ['Live'], codes: [0, 1] });
  expect(String(error)).toContain('goes back to what was deployed before');
});

test('a stack is known by its name, which its id in the app need not be', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tidings-written-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const { properties, ...named } = stack(true);
  const artifacts = { App: { ...named, properties: { ...properties, stackName: 'live' } } };
  await writeFile(join(folder, 'manifest.json'), JSON.stringify({ artifacts }));
  expect(await writtenStacks(folder)).toMatchObject([{ name: 'live', isProtected: true }]);
});
