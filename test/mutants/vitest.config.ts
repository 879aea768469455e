import { defineConfig } from 'vitest/config';

/** Every test file by its path, in one project and without the local stack: a mutant is sought by one test. */
export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**'],
    setupFiles: 'test/support/everyFile.ts',
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
  },
});
