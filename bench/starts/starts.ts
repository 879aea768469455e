import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { bench } from '../measure.ts';
import { type Bundled, bundledClient, bundledEngine, usualClient } from './functions.ts';
import { lambdaNode } from './lambdaNode.ts';

const usual = 'client of DynamoDB alone';
const functions = {
  [usual]: usualClient,
  'the same by our bundler': bundledClient,
  message: () => bundledEngine('message'),
  connect: () => bundledEngine('connect'),
  authorize: () => bundledEngine('authorize'),
  disconnect: () => bundledEngine('disconnect'),
} as const;
type Variant = keyof typeof functions;

const made = new Map<string, Bundled>();
function functionOf(variant: Variant): Bundled {
  const known = made.get(variant) ?? functions[variant]();
  made.set(variant, known);
  return known;
}

/** Of a new process of Lambda's Node: from the import of a function's file to its handler. */
export const starts = bench({
  name: 'starts',
  measures: 'loading a function under Node 24, as it is deployed',
  figures: {
    time: { unit: 'ms', better: 'less' },
    CPU: { unit: 'ms', better: 'less' },
    size: { unit: 'KB', better: 'less' },
  },
  variants: Object.keys(functions) as Variant[],
  baseline: usual,
  async measure(variant) {
    const { path, bytes } = functionOf(variant);
    const child = fileURLToPath(new URL('./process.mjs', import.meta.url));
    const { time, CPU } = JSON.parse(execFileSync(lambdaNode(), [child, path], { encoding: 'utf8' }));
    return { time, CPU, size: [...bytes.values()].reduce((sum, one) => sum + one, 0) / 1_000 };
  },
});

const parts = [
  'client of DynamoDB',
  '@aws-sdk/lib-dynamodb',
  'zod',
  'packages/protocol',
  'core',
  'features',
  'adapters',
  'lambdas',
  'bundler',
];

/** What a start loads, minified, and how much of it is whose. */
export const weights = bench({
  name: 'weights',
  measures: 'what a start loads, in thousands of bytes',
  figures: { message: { unit: 'KB', better: 'less' }, connect: { unit: 'KB', better: 'less' } },
  variants: parts,
  maxRuns: 1,
  async measure(part) {
    const of = (variant: Variant) => (functionOf(variant).bytes.get(part) ?? 0) / 1_000;
    return { message: of('message'), connect: of('connect') };
  },
});
