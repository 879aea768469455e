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
  /** The exit codes of the CDK's commands, in their order. */
  readonly codes?: readonly number[];
}

/** Deploys with a CDK that writes down what it is asked. */
async function deploying({ artifacts = { Live: stack(true) }, standing = [], codes = [] }: Plan, words = '') {
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
        return Promise.resolve(standing.includes(name));
      },
      print: (line) => printed.push(line),
    },
    folder,
  ).catch((caught: unknown) => {
    error = caught;
  });
  return { asked: asked.map((line) => line.replaceAll(folder, 'OUT')), places, printed, error };
}

test('a protected stack is deployed in two steps the first time: without protection, and as it is written', async () => {
  const { asked, printed, error } = await deploying({}, '--stage prod --require-approval never');
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
  const { places } = await deploying({ artifacts }, '--profile work --region us-east-1');
  expect(places).toEqual([
    { profile: 'work', region: 'eu-west-1' },
    { profile: 'work', region: 'us-east-1' },
  ]);
});

test('where the app cannot be synthesised nothing is deployed', async () => {
  const { asked, error } = await deploying({ codes: [1] });
  expect(asked).toHaveLength(1);
  expect(error).toEqual(new Failed('the app cannot be synthesised'));
});

test('where the first step fails there is no second, and what to do is said', async () => {
  const { asked, printed, error } = await deploying({ codes: [0, 1] });
  expect(asked).toHaveLength(2);
  expect(error).toBeInstanceOf(Failed);
  expect(String(error)).toContain('the first deployment failed');
  expect(String(error)).toContain('run the same command again');
  expect(printed.join()).not.toContain('is protected');
});

test('where the second step fails it is said that nothing is protected, and the same command does it later', async () => {
  const { printed, error } = await deploying({ codes: [0, 0, 1] });
  expect(String(error)).toContain(
    'Live stands, and is not protected from deletion yet: run the same command',
  );
  expect(printed.join()).not.toContain('is protected');
  const again = await deploying({ standing: ['Live'] });
  expect(again.asked.at(-1)).toBe('deploy --app OUT');
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
