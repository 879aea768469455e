import { defineConfig } from 'vitest/config';
import { leavesNothing } from './test/support/leavesNothing.ts';
import { LikeWithLike } from './test/support/likeWithLike.ts';

// Time limits end a hang and judge nothing: machines differ, and a busy one is slower still.
const everywhere = {
  testTimeout: 120_000,
  hookTimeout: 120_000,
  expect: { poll: { timeout: 60_000 } },
  exclude: ['**/node_modules/**', '**/cdk.out/**', 'packages/create-tidings/template/**'],
  // A worker keeps what it has loaded: to load zod, the SDK and the CDK anew for each of 250 files is half of the work.
  isolate: false,
  // There are as many workers as processors, so V8's helpers beside each only take turns with them: without, and with
  // more room for what is soon thrown away, a run costs a twentieth less. Most code of a test runs a few times only:
  // what is optimised later, and so seldom in vain, saves a tenth.
  execArgv: [
    '--single-threaded',
    '--min-semi-space-size=16',
    '--max-semi-space-size=32',
    '--interrupt-budget=600000',
  ],
  // The installed SDK runs on Node 20; it says at each start that one to come will not.
  env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  setupFiles: 'test/support/everyFile.ts',
};

export default defineConfig({
  test: {
    // Left to itself vitest keeps one processor free, which is every second one on a machine of two.
    maxWorkers: '100%',
    reporters: ['default', leavesNothing],
    sequence: { sequencer: LikeWithLike },
    projects: [
      {
        test: {
          ...everywhere,
          name: 'unit',
          exclude: [...everywhere.exclude, 'features/*/flow.test.ts'],
          include: [
            '{core,features,adapters,lambdas,lib,local,publisher,scripts,packages,bench,console}/**/*.test.{ts,tsx}',
            'test/*.test.ts',
            'test/infra/*.test.ts',
            'test/upgrade/*.test.ts',
            'test/simulation/**/*.test.ts',
            'test/{mutants,load}/*.test.ts',
          ],
        },
      },
      {
        test: {
          ...everywhere,
          name: 'flow',
          include: ['test/flow/*.test.ts', 'features/*/flow.test.ts'],
          globalSetup: ['test/support/rightsReport.ts', 'test/support/localStack.ts'],
        },
      },
      {
        test: {
          ...everywhere,
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
        },
      },
      // What `npm run pack` makes, in folders outside; npm installs there, so it needs a registry.
      {
        test: {
          ...everywhere,
          name: 'packed',
          include: ['test/packed/*.test.ts'],
          // One of them tests, compiles and synthesises an app, which a busy machine does not do in two minutes.
          testTimeout: 300_000,
        },
      },
      // What `npm run synth` wrote, and what AWS's own rules say of the templates.
      { test: { ...everywhere, name: 'deployed', include: ['test/deployed/*.test.ts'] } },
    ],
  },
});
