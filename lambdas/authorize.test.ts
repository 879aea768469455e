import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { memoryRuntime } from '../test/support/memoryRuntime.ts';

const memory = memoryRuntime();
beforeAll(() => {
  vi.resetModules();
  vi.doMock('./wiring.ts', () => ({ handshakeRuntime: () => memory, metrics: () => memory.metrics }));
});
afterAll(() => {
  vi.doUnmock('./wiring.ts');
  vi.resetModules();
});

test('each handshake says whether it was answered 401, also where it was not: errors are counted without these', async () => {
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  const { handler } = await import('./authorize.ts');
  const iat = memory.clock.now() / 1000;
  const token = memory.tokens.issue({ sub: 'eve', tenant: 't', roles: ['msp'], iat, exp: iat + 3_600 });
  const open = (credential: string) =>
    handler({
      headers: { 'sec-websocket-protocol': `tidings.v1, bearer.${credential}` },
      requestContext: { requestId: 'r' },
      methodArn: 'arn',
    } as never);
  expect(await open(token)).toMatchObject({ principalId: 'eve' });
  await expect(open('nonsense')).rejects.toThrow('Unauthorized');
  vi.restoreAllMocks();
  expect(memory.metrics.of('Unauthorized')).toEqual([0, 1]);
});
