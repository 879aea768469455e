import { expect } from 'vitest';
import { cases, sources } from './conformanceCase.ts';
import { named, withHttpRig } from './httpRig.ts';
import { withRig } from './rig.ts';

const protect = sources.protect;
const throttled = (ratePerSecond: number, burst: number) => ({ api: { throttle: { ratePerSecond, burst } } });

export const throttleCases = cases(
  [
    'D',
    protect,
    'a handshake above what the stage takes is refused with 429 before any function runs',
    () =>
      withRig(throttled(2, 2), async (rig) => {
        await rig.open();
        await rig.open();
        expect(await rig.refused()).toMatchObject({ status: 429, body: '{"message":"Too Many Requests"}' });
        expect(rig.seen('$connect').all).toHaveLength(2);
        await rig.clock.advance(500);
        await rig.open();
      }),
  ],
  [
    'D',
    protect,
    'a message above what the stage takes is answered with an error, and its connection stays',
    () =>
      withRig(throttled(1, 2), async (rig) => {
        const client = await rig.open();
        await client.ask({ action: 'echo' });
        expect(JSON.parse(await client.ask({ action: 'echo' }))).toMatchObject({
          message: 'Too Many Requests',
        });
        expect(rig.seen('echo').all).toHaveLength(1);
        await rig.clock.advance(1_000);
        expect(await client.ask({ action: 'echo' })).toMatch(/^echo/);
      }),
  ],
  [
    'D',
    protect,
    'posts to connections take nothing of what the stage takes',
    () =>
      withRig(throttled(0, 1), async (rig) => {
        const { connectionId, frames } = await rig.open();
        const url = `${rig.origin}/dev/@connections/${encodeURIComponent(connectionId)}`;
        await fetch(url, { method: 'POST', body: 'hello', headers: { authorization: 'none' } });
        expect(await frames.next()).toBe('hello');
      }),
  ],
  [
    'D',
    protect,
    'another API has its own throttle from then on',
    () =>
      withRig(throttled(0, 0), async (rig) => {
        expect((await rig.refused()).status).toBe(429);
        rig.gateway.replaceApi({ ...rig.api, throttle: { ratePerSecond: 1, burst: 1 } });
        await rig.open();
      }),
  ],
  [
    'D',
    sources.httpThrottle,
    'a request above what the stage of an HTTP API takes is answered 429, one without a route is not counted',
    () =>
      withHttpRig(named('GET /a'), async (rig) => {
        rig.gateway.replaceApi({ ...rig.api, throttle: { ratePerSecond: 1, burst: 1 } });
        expect((await rig.fetch('/b')).status).toBe(404);
        expect((await rig.fetch('/a')).status).toBe(200);
        const refused = await rig.fetch('/a');
        expect([refused.status, await refused.text()]).toEqual([429, '{"message":"Too Many Requests"}']);
        await rig.clock.advance(1_000);
        expect((await rig.fetch('/a')).status).toBe(200);
      }),
  ],
);
