import { readFileSync } from 'node:fs';
import { build, type Plugin } from 'esbuild';
import { expect, test } from 'vitest';
import type { Feature } from '../../core/feature.ts';
import { features } from '../../features/index.ts';
import { synthesize, testStage } from './template.ts';

const without = (name: string): readonly Feature[] => features.filter((one) => one.name !== name);
const bedrock = { assistant: { provider: 'bedrock', modelId: 'amazon.nova-lite-v1:0' } };

/** What in a template is about the assistant. */
function tracesIn(list: readonly Feature[]): string[] {
  const hasAssistant = list.some(({ name }) => name === 'assistant');
  const { resources } = synthesize(testStage(hasAssistant ? bedrock : {}, list), list);
  return resources
    .filter(({ raw }) =>
      /assistant|features\/assistant|bedrock:|STREAM_QUEUE|StreamWork/.test(JSON.stringify(raw)),
    )
    .map(({ type }) => type);
}

test('a stage cannot set what a left-out feature read', () => {
  expect(() => testStage(bedrock, without('assistant'))).toThrow(
    'test.assistant: is not a setting: remove it, or add the feature that has it',
  );
});

test('without a feature nothing of it is in the template: no route, function, queue, right, variable or setting', () => {
  const kinds = new Set(tracesIn(features));
  for (const kind of ['ApiGatewayV2::Route', 'Lambda::Function', 'SQS::Queue', 'IAM::Policy'])
    expect(kinds).toContain(`AWS::${kind}`);
  expect(tracesIn(without('assistant'))).toEqual([]);
});

/** The files of ours that a function's bundle has code of. */
async function filesIn(entry: string, plugins: Plugin[] = []): Promise<string[]> {
  const { metafile } = await build({
    entryPoints: [entry],
    bundle: true,
    packages: 'external',
    format: 'esm',
    write: false,
    metafile: true,
    plugins,
  });
  const [output] = Object.values(metafile.outputs);
  const inputs = Object.entries(output?.inputs ?? {}).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  return inputs.map(([file]) => file);
}

test('the function that brings events to other services has no code of a feature, the table or the sockets', async () => {
  const files = await filesIn('lambdas/emit.ts');
  expect(files).toContain('adapters/eventbridge/bus.ts');
  expect(
    files.filter((file) => /^(features|core\/api|adapters\/(dynamodb|apigateway|sqs|jwt))\//.test(file)),
  ).toEqual([]);
});

/** The list of features as it would be without one of them. */
const leavingOut = (name: string): Plugin => ({
  name: 'leave out',
  setup({ onLoad }) {
    onLoad({ filter: /features[/\\]index\.ts$/ }, ({ path }) => {
      // An entry may have options on lines of their own, which end with a line of its own indent.
      const entry = new RegExp(`^  ${name}\\(\\{\\n.*?^  \\}\\),\\n`, 'ms');
      const lines = readFileSync(path, 'utf8').replace(entry, '').split('\n');
      const contents = lines.filter((line) => !new RegExp(`\\b${name}\\b[/,(]`).test(line)).join('\n');
      // A kind of job is left out with the feature that has it.
      return {
        contents: contents.replace(name === 'engagement' ? ', engagementReport' : '', ''),
        loader: 'ts',
      };
    });
  },
});

test.each(features.map(({ name }) => name))(
  'the message function has no code of %s where it is left out',
  async (name) => {
    const filesOf = async (plugins: Plugin[]) =>
      (await filesIn('lambdas/message.ts', plugins)).filter((file) => file.startsWith(`features/${name}/`));
    expect((await filesOf([])).length).toBeGreaterThan(2);
    expect(await filesOf([leavingOut(name)])).toEqual([]);
  },
);
