import { action, contract } from '@tidings/protocol';
import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { parseStageConfig } from '../lib/settings/stageConfig.ts';
import { createTestKit } from '../testing/index.ts';
import { memoryRuntime } from '../testing/memoryRuntime.ts';
import { createApp } from './api/createApp.ts';
import { authorizeToken } from './authorizeToken.ts';
import { feature } from './feature.ts';

const wardOf = (roles: Readonly<Record<string, string>>, may: readonly string[]) =>
  feature({
    name: 'ward',
    contract: contract({
      roles,
      actions: {
        'round.begin': action({
          roles: may,
          payload: z.object({}),
          answer: z.object({}),
          documentation: 'Begins a round.',
        }),
      },
    }),
    actions: { 'round.begin': async () => ({ begun: true }) },
  });
const nurse = { nurse: 'Who works on a ward.' };
const ward = wardOf(nurse, ['nurse', 'admin']);

test('an action may be for a role of the app’s own, and is for nobody else then', async () => {
  const kit = createTestKit([ward]);
  const ann = await kit.connect({ user: 'ann', roles: ['nurse'] });
  expect(await ann.request('round.begin', {})).toEqual({ begun: true });
  const eve = await kit.connect({ user: 'eve', roles: ['msp'] });
  await expect(eve.request('round.begin', {})).rejects.toMatchObject({ code: 'forbidden' });
  const ada = await kit.connect({ user: 'ada', roles: ['admin'] });
  expect((await ada.request('stats', {})).byRole).toEqual({ nurse: 1, msp: 1, admin: 1 });
});

test('a token gives it, by its own name or by one that the stage maps to it', async () => {
  const tokens = {
    issuer: 'https://issuer.example',
    audience: 'tidings',
    roleMap: { Pflege: 'nurse', Chef: ['nurse', 'admin'] },
  };
  const runtime = memoryRuntime([ward], { tokens });
  const rolesOf = async (...roles: string[]) => {
    const now = Math.floor(runtime.clock.now() / 1_000);
    const claims = { sub: 'ann', tenant: 't', roles, exp: now + 3_600, iat: now };
    const judged = await authorizeToken(runtime, runtime.tokens.issue(claims));
    return 'principal' in judged ? judged.principal.roles : judged.refused;
  };
  expect(await rolesOf('nurse')).toEqual(['nurse']);
  expect(await rolesOf('Pflege', 'msp')).toEqual(['msp', 'nurse']);
  expect(await rolesOf('Chef')).toEqual(['admin', 'nurse']);
  expect(await rolesOf('porter')).toBe(403);
});

test('a stage maps to roles that the app has, and sets none itself', () => {
  const tokens = { issuer: 'https://issuer.example', audience: 'a', roleMap: { Pflege: 'nurse' } };
  const parse = (features: Parameters<typeof createApp>[0], more: object = {}) =>
    parseStageConfig(features, 'dev', { tokens, ...more }, 'dev');
  expect(parse([ward]).settings.roles).toEqual(['msp', 'client', 'admin', 'service', 'nurse']);
  expect(() => parse([])).toThrow(
    'dev.tokens.roleMap.Pflege: must be msp, client, admin, service, or a list',
  );
  expect(() => parse([ward], { roles: ['porter'] })).toThrow('dev.roles: is not a setting');
});

test.each([
  [
    'a role that nobody declares',
    wardOf(nurse, ['nruse']),
    'round.begin is for the role nruse, which no contract declares',
  ],
  ['one that comes with every app', wardOf({ admin: 'Me.' }, []), 'the role admin is declared twice'],
  [
    'a name that a token could not be told by',
    wardOf({ 'Night Nurse': 'At night.' }, []),
    '"Night Nurse" cannot be a role',
  ],
])('%s is refused when the app is put together', (_, of, said) => {
  expect(() => createApp([of])).toThrow(said);
});
