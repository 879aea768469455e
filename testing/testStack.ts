import { isDenial } from '../local/rights/callers.ts';
import { type LocalStack, type LocalStackOptions, startLocalStack } from '../local/stack.ts';

/**
 * Starts a whole stack in this process on a free port, from the app's own CDK command: for tests over real sockets.
 * Completions are on. `TIDINGS_TEST_ENGINE=memory` takes the memory adapters in the place of a database engine, and
 * `TIDINGS_TEST_LOG=1` prints what the stack has to say; what a function's role does not allow is always printed.
 *
 * @example
 * let stack: LocalStack;
 * beforeAll(async () => { stack = await startTestStack({ root: process.cwd() }); });
 * afterAll(() => stack.stop());
 * const token = await stack.token({ user: 'ada', tenant: 'acme', roles: ['msp'] });
 */
export function startTestStack(options: Partial<LocalStackOptions> = {}): Promise<LocalStack> {
  return startLocalStack({
    port: 0,
    memory: process.env.TIDINGS_TEST_ENGINE === 'memory',
    completions: true,
    log: (text) => {
      if (process.env.TIDINGS_TEST_LOG || isDenial(text)) console.error(text);
    },
    ...options,
  });
}
