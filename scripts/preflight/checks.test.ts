import { expect, test } from 'vitest';
import { Failed } from '../../packages/cli/src/failures.ts';
import type { Asked } from './asked.ts';
import { type Account, judgeConcurrency, judgeLogRole, judgeRate, preflightChecks } from './checks.ts';

const asked: Asked = {
  reserved: 0,
  background: 10,
  requestsPerSecond: 2_000,
  logRole: 'not needed',
  models: [],
  asksUnnamedModel: false,
};
const account: Account = {
  bootstrapVersion: () => Promise.resolve(25),
  concurrency: () => Promise.resolve(1_000),
  apiGateway: () => Promise.resolve({ logRoleArn: 'arn:role', requestsPerSecond: 10_000 }),
  isAvailable: () => Promise.resolve(true),
};
const results = async (more: Partial<Asked> = {}, other: Partial<Account> = {}) =>
  Object.fromEntries(
    (await preflightChecks({ ...asked, ...more }, 6, { ...account, ...other })).map(
      ({ check, result, says }) => [check, `${result}: ${says}`],
    ),
  );

test('an account that has everything passes every check', async () => {
  const all = await results({ models: ['m'], logRole: 'needed' });
  expect(Object.keys(all)).toEqual(['bootstrap', 'concurrency', 'request rate', 'log role', 'models']);
  for (const said of Object.values(all)) expect(said).toMatch(/^ok: /);
});

test('an account without the CDK’s stack, or with an old one, is to be bootstrapped', async () => {
  const bootstrap = async (version: number | undefined) =>
    (await results({}, { bootstrapVersion: () => Promise.resolve(version) })).bootstrap;
  expect(await bootstrap(undefined)).toMatch(/^missing: there is no stack CDKToolkit: run npx cdk bootstrap/);
  expect(await bootstrap(5)).toMatch(/^missing: version 5 is older than 6/);
  expect(await bootstrap(6)).toBe('ok: version 6');
});

test('a new account’s ten concurrent executions are told of; what cannot be reserved is missing', () => {
  expect(judgeConcurrency(asked, 1_000).result).toBe('ok');
  expect(judgeConcurrency(asked, 20).result).toBe('ok');
  const { result, says } = judgeConcurrency(asked, 10);
  expect(result).toBe('warning');
  expect(says).toContain('has 10, of which work in the background may take 10');
  expect(says).toContain('Service Quotas');
  expect(judgeConcurrency({ ...asked, reserved: 901 }, 1_000).result).toBe('missing');
  expect(judgeConcurrency({ ...asked, reserved: 900 }, 1_000).result).toBe('ok');
  expect(judgeConcurrency({ ...asked, reserved: 900, background: 51 }, 1_000).result).toBe('warning');
  expect(judgeConcurrency({ ...asked, reserved: 1 }, 10).says).toContain('at most 0 can be');
});

test('a stage that takes more requests than the account’s APIs together is told of', () => {
  expect(judgeRate(asked, 2_000).result).toBe('ok');
  expect(judgeRate(asked, 1_999)).toMatchObject({
    result: 'warning',
    says: expect.stringContaining('throttle.ratePerSecond'),
  });
  expect(judgeRate(asked, undefined).result).toBe('warning');
});

test('access logs need the role of the account, unless the stack sets it', () => {
  const judge = (logRole: Asked['logRole'], arn?: string) => judgeLogRole({ ...asked, logRole }, arn);
  expect(judge('needed')).toMatchObject({
    result: 'missing',
    says: expect.stringContaining('"accountRole": true'),
  });
  expect(judge('needed', 'arn:role').result).toBe('ok');
  expect(judge('set by the stack').result).toBe('ok');
  expect(judge('set by the stack', 'arn:role').says).toContain('takes the place of arn:role');
});

test('of the models that may be asked one has to be there', async () => {
  const isAvailable = (model: string) => Promise.resolve(model === 'b');
  expect((await results({ models: ['a', 'b'] }, { isAvailable })).models).toBe('ok: b can be asked');
  expect((await results({ models: ['a', 'c'] }, { isAvailable })).models).toMatch(/^missing: a, c cannot be/);
  expect((await results()).models).toBe('ok: no model of Bedrock is asked');
});

test('a model that cannot be told is warned of, and not taken for none', async () => {
  expect((await results({ asksUnnamedModel: true })).models).toMatch(/^warning: .* does not tell which/);
});

test('what the account does not tell is unknown, and the other checks go on', async () => {
  const concurrency = () => Promise.reject(new Failed('cannot read: the credentials lack a right'));
  const all = await results({}, { concurrency });
  expect(all.concurrency).toBe('unknown: cannot read: the credentials lack a right');
  expect(all.models).toMatch(/^ok/);
  await expect(results({}, { concurrency: () => Promise.reject(new TypeError('a bug')) })).rejects.toThrow(
    'a bug',
  );
});
