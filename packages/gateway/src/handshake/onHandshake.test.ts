import { expect, test } from 'vitest';
import { type allow, policy, withRig } from '../../conformance/rig.ts';

test('each handshake is told once: how it ended, and who refused it', () => {
  const statuses = [200, 200, 403];
  const run = (event: Parameters<typeof allow>[0]) => {
    const { who } = Object(event.queryStringParameters) as { who?: string };
    if (who === 'nobody') throw new Error('Unauthorized');
    return policy(who === 'eve' ? 'Deny' : 'Allow', event.methodArn, { context: { role: 'msp' } });
  };
  const functions = { $connect: () => ({ statusCode: statuses.shift() }) };
  return withRig({ authorizer: { run }, functions }, async (rig) => {
    await rig.open();
    await rig.refused({ path: '/dev?who=nobody' });
    await rig.refused({ path: '/dev?who=eve' });
    await rig.refused({ path: '/elsewhere' });
    await rig.open();
    await rig.refused();
    const open = {
      status: 101,
      connectionId: expect.stringMatching(/=$/),
      authorizer: expect.objectContaining({ principalId: 'ada', role: 'msp' }),
    };
    expect(rig.handshakes).toEqual([
      open,
      { status: 401, refusedBy: 'authorizer' },
      { status: 403, refusedBy: 'authorizer' },
      { status: 403, refusedBy: 'gateway' },
      open,
      { status: 403, refusedBy: '$connect' },
    ]);
  });
});

test('one that fails inside is told as what its client got, besides the error', () =>
  withRig({ authorizer: { run: () => Promise.reject(new Error('broken')) } }, async (rig) => {
    await rig.refused();
    expect(rig.handshakes).toEqual([{ status: 500, refusedBy: 'authorizer' }]);
    expect(rig.errors).toEqual(['the authorizer failed']);
  }));
