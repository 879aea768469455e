import { expect, test } from 'vitest';
import { sdk } from '../../conformance/managementCalls.ts';
import { withRig } from '../../conformance/rig.ts';

test('a line that is cut ends without a close frame, and $disconnect is told that it was lost', () =>
  withRig({}, async (rig) => {
    const [cut, other] = [await rig.open(), await rig.open()];
    expect([...rig.gateway.connectionIds()]).toEqual([cut.connectionId, other.connectionId]);
    expect(rig.gateway.cut(cut.connectionId)).toBe(1);
    expect([...rig.gateway.connectionIds()]).toEqual([other.connectionId]);
    expect((await cut.closed).code).toBe(1006);
    const { requestContext } = await rig.seen('$disconnect').next();
    expect(requestContext).toMatchObject({ connectionId: cut.connectionId, disconnectStatusCode: 1006 });
    expect(await other.ask({ action: 'echo' })).toContain('echo');
  }));

test('all lines can be cut at once, and one that is not there is none', () =>
  withRig({}, async (rig) => {
    const clients = [await rig.open(), await rig.open()];
    expect(rig.gateway.cut('nobody')).toBe(0);
    expect(rig.gateway.cut()).toBe(2);
    for (const { closed } of clients) expect((await closed).code).toBe(1006);
    expect(rig.gateway.openConnections()).toBe(0);
  }));

test('messages are counted both ways: frames of clients, answers and posts', () =>
  withRig({}, async (rig) => {
    const client = await rig.open();
    await client.ask({ action: 'echo' });
    await client.ask({ action: 'nobody knows it' });
    await sdk(rig).post(client.connectionId);
    expect(rig.gateway.messageCounts()).toEqual({ received: 2, sent: 3 });
  }));
