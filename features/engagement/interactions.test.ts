import { expect, test } from 'vitest';
import { handleAction } from '../../core/api/router.ts';
import { readHead } from '../../core/log/topicHead.ts';
import type { Principal } from '../../core/principal.ts';
import { askActions, clientUser, service } from '../../test/support/askActions.ts';
import { memoryRuntime, principal } from '../../test/support/memoryRuntime.ts';
import { type ClientState, noEngagement, withInteraction, withoutKind } from './clientState.ts';
import { clientTopics } from './clientTopics.ts';
import { engagementSettings } from './settings.ts';

const { limits } = engagementSettings.in(memoryRuntime().settings);
const recorded = (state: ClientState, kind: string, byClientUser = true) =>
  withInteraction(state, { kind, by: 1, byClientUser }, limits).state;

test('a stage that lists the kinds of interaction counts no other, whoever records it', async () => {
  const runtime = memoryRuntime({ limits: { interactionKinds: ['login', 'call'] } });
  const ask = async (kind: string, roles: readonly ('client' | 'service')[]) => {
    const who = principal(runtime, { roles, clients: ['acme'] });
    const payload = { clientId: 'acme', kind };
    const frame = { action: 'interaction.record', ref: `${kind}-${roles}`, payload };
    return (await handleAction(runtime, who, 'q', frame)).payload;
  };
  for (const roles of [['client'], ['service']] as const) {
    expect(await ask('login', roles)).toMatchObject({ total: expect.any(Number) });
    expect(await ask('junk', roles)).toMatchObject({
      code: 'validation_failed',
      details: [{ path: 'payload.kind', message: 'must be one of login, call' }],
    });
  }
  const head = await readHead(runtime.table, 't', clientTopics.of('acme'));
  expect(head?.state.totals).toEqual({ login: 2 });
});

test('kinds that were recorded before anybody was told apart count as the staff’s', () => {
  const totals = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`old-${n}`, 1]));
  let state: ClientState = { ...noEngagement, totals };
  for (let n = 0; n < 16; n++) state = recorded(state, `new-${n}`);
  expect(() => recorded(state, 'one-more')).toThrow('at most 16');
  expect(recorded(state, 'old-3').totals['old-3']).toBe(2);
  expect(recorded(state, 'one-more', false).openedByClient).toHaveLength(16);
});

test('a kind may have any name, and is forgotten by it', () => {
  const state = recorded(noEngagement, 'constructor');
  expect(withoutKind(state, 'constructor')).toMatchObject({ totals: {}, openedByClient: [] });
  expect(withoutKind(state, 'toString')).toBeUndefined();
});

test('6: a client’s users together open 16 kinds of interaction, and the service has room for its own', async () => {
  const ask = askActions(memoryRuntime());
  const users = [clientUser('carla'), clientUser('cem')] as const;
  const record = (who: Partial<Principal>, kind: string) =>
    ask(who, 'interaction.record', { clientId: 'acme', kind });
  for (let n = 0; n < 16; n++)
    expect(await record(users[n % 2] ?? users[0], `junk-${n}`)).toMatchObject({ total: 1 });
  for (const user of users) expect((await record(user, 'one-more')).code).toBe('limit_exceeded');
  expect((await record(users[1], 'junk-3')).total).toBe(2);
  for (let n = 16; n < 64; n++) expect((await record(service, `own-${n}`)).total).toBe(1);
  expect((await record(service, 'own-64')).code).toBe('limit_exceeded');
  expect((await record(users[0], 'own-20')).total).toBe(2);
  const forgotten = await ask(service, 'interaction.forget', { clientId: 'acme', kind: 'junk-3' });
  expect(forgotten.seq).toEqual(expect.any(Number));
  expect((await record(users[0], 'one-more')).total).toBe(1);
});
