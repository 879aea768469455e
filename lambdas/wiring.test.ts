import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { testStage } from '../test/infra/template.ts';

beforeEach(() => vi.resetModules());
afterEach(() => vi.unstubAllEnvs());

/** A function's environment, and what its wiring makes of it. */
async function wired(managementUrl: string) {
  const environment = {
    SETTINGS: JSON.stringify(testStage().settings),
    TABLE_NAME: 'table',
    MANAGEMENT_URL: managementUrl,
    DELIVERY_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/1/delivery',
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'key',
    AWS_SECRET_ACCESS_KEY: 'secret',
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  const { runtime } = await import('./wiring.ts');
  return runtime();
}

test.each(['http://abc.execute-api.eu-west-1.amazonaws.com/prod', 'http://10.0.0.7/prod', 'prod'])(
  'nothing is posted to %s: frames and signatures go only where nobody on the way reads them',
  async (url) => {
    await expect(wired(url)).rejects.toThrow('MANAGEMENT_URL must begin with https://');
  },
);

test.each(['https://abc.execute-api.eu-west-1.amazonaws.com/prod', 'http://127.0.0.1:4510/dev'])(
  'connections are posted to at %s',
  async (url) => {
    expect((await wired(url)).sockets).toBeDefined();
  },
);
