import { expect, test } from 'vitest';
import { read } from '../test/support/stackTemplate.ts';
import { type Parts, replaceWiring } from './parts.ts';

test('another template brings its code, its routes, and the rights of its roles', async () => {
  const taken: unknown[] = [];
  const parts = {
    functions: { load: async (functions: unknown) => void taken.push(functions), invoke: async () => null },
    callers: { use: (description: unknown) => void taken.push(description) },
    webSocket: { replaceApi: ({ apiId }: { apiId: string }) => void taken.push(apiId) },
  };
  const next = read();
  await replaceWiring(parts as unknown as Parts, next);
  expect(taken).toEqual([next.functions, next, 'Socket']);
});
