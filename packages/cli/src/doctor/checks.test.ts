import { asyncapiDocument, contractModel } from '@tidings/protocol/asyncapi';
import { expect, test } from 'vitest';
import { createApp } from '../../../../core/api/createApp.ts';
import type { Feature } from '../../../../core/feature.ts';
import { channels } from '../../../../features/channels/index.ts';
import { features } from '../../../../features/index.ts';
import { Failed, NoAccess } from '../failures.ts';
import { type Check, CheckFailed, type CheckResult, NotThere } from './check.ts';
import { checks } from './checks.ts';
import { publicationFor } from './publication.ts';
import { runChecks } from './runChecks.ts';
import { readContract } from './serverContract.ts';
import type { Visit } from './visit.ts';

const contractOf = (list: readonly Feature[]) => {
  const model = contractModel(createApp(list).contracts);
  return readContract(JSON.parse(JSON.stringify(asyncapiDocument(model, { version: '1.2.3' }))));
};

test('the contract says what there is to publish with, and where the queue is seen', () => {
  const contract = contractOf(features);
  expect(contract.release).toBe('1.2.3');
  expect(publicationFor(contract, 'ann', 'x')).toMatchObject({
    action: 'message.send',
    follow: 'user:me',
    payload: { userId: 'ann' },
  });
  expect(contract.topicsFor('presence.set', 'x')).toEqual(['room:x', 'orders:x']);
});

test('an app of channels is published to by one, and one with neither has nothing to publish with', () => {
  const rule = () => true;
  const only = contractOf([channels({ news: { subscribe: rule, publish: rule } })]);
  expect(publicationFor(only, 'ann', 'x')).toMatchObject({
    action: 'channel.publish',
    follow: 'news:x',
    topic: 'news:x',
  });
  const bare = contractOf([]);
  expect(() => publicationFor(bare, 'ann', 'x')).toThrow(NotThere);
  expect(bare.topicsFor('presence.set', 'x')).toEqual([]);
});

test.each([
  [new NoAccess('no credentials'), new NotThere('skipped', 'no credentials')],
  [new Failed('no such bus'), new Failed('no such bus')],
])(
  'who may not put events has seen nothing wrong yet, and a bus that is not there is: %s',
  async (thrown, as) => {
    let isClosed = false;
    const bus = {
      put: () => Promise.reject(thrown),
      close: () => {
        isClosed = true;
      },
    };
    const found = {
      who: { userId: 'ann', tenant: 't' },
      publication: { action: 'a', follow: 'tenant', payload: {} },
    };
    const visit = { eventBus: async () => bus, found } as unknown as Visit;
    const failed = await checks
      .find(({ name }) => name === 'event bus')
      ?.run(visit)
      .catch((error: Error) => error);
    expect(failed).toEqual(as);
    expect(failed).toMatchObject({ ...as });
    expect(failed).toBeInstanceOf(as.constructor);
    expect(isClosed).toBe(true);
  },
);

const check = (name: string, needs: string[], run: () => Promise<string>): Check<null> => ({
  ...{ name, needs, run },
  todo: `see to ${name}`,
});
const passes = async () => 'fine';

async function statesOf(checks: readonly Check<null>[], stop = new AbortController().signal) {
  const shown: CheckResult[] = [];
  const results = await runChecks(checks, null, { stop, onResult: (result) => shown.push(result) });
  expect(shown).toEqual(results);
  return results.map(({ name, state, says, todo }) => [name, state, says, ...(todo ? [todo] : [])]);
}

test('what builds on a check that failed is not tried, and what builds on that neither', async () => {
  const fails = async () => {
    throw new CheckFailed('broken', 'mend it');
  };
  const breaks = () => Promise.reject(new Error('a bug'));
  const checks = [
    check('a', [], fails),
    check('b', ['a'], passes),
    check('c', ['b'], passes),
    check('d', [], breaks),
    check('e', [], passes),
  ];
  expect(await statesOf(checks)).toEqual([
    ['a', 'failed', 'broken', 'mend it'],
    ['b', 'not tried', 'it needs: a'],
    ['c', 'not tried', 'it needs: b'],
    ['d', 'failed', 'a bug', 'see to d'],
    ['e', 'ok', 'fine'],
  ]);
});

test('what an app does not have, what builds on it has not either, and that is no failure', async () => {
  const absent = async () => {
    throw new NotThere('not in this app', 'no such action');
  };
  expect(await statesOf([check('a', [], absent), check('b', ['a'], passes)])).toEqual([
    ['a', 'not in this app', 'no such action'],
    ['b', 'not in this app', 'it needs: a'],
  ]);
});

test('after Ctrl-C no check begins', async () => {
  expect(await statesOf([check('a', [], passes)], AbortSignal.abort())).toEqual([
    ['a', 'not tried', 'it was stopped'],
  ]);
});
