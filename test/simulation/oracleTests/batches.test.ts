import { expect, it } from 'vitest';
import { judgeBatches } from '../oracle/batches.ts';

const event = (seq: number, more: object = {}) => ({ type: 'e', topic: 'tenant', epoch: 'x', seq, ...more });
const ask = { at: 0, device: 'd1', conn: 'c', ref: 'r', action: 'hello', payload: { features: ['batch'] } };
/** What the oracle says of a batch with these frames, to a device that asked for batches. */
const judged = (frames: readonly object[], d = 'd1') =>
  judgeBatches({
    lines: [{ t: 1, k: 'batch', d, frame: JSON.stringify({ type: 'batch', ts: 1, payload: { frames } }) }],
    asks: [ask],
  }).violations.map(({ invariant, what }) => `${invariant} ${what}`);

it('a batch of several frames, those of each topic in order, is as it should be', () => {
  const presence = { type: 'presence', topic: 'room:a' };
  expect(
    judged([event(1), event(1, { topic: 'msp' }), presence, event(2), event(1, { epoch: 'y' })]),
  ).toEqual([]);
});

it.each<[string, readonly object[], string?]>([
  ['to whoever asked for none', [event(1), event(2)], 'd2'],
  ['of a single frame', [event(1)]],
  ['above 30 KB', [event(1), event(2, { payload: 'x'.repeat(30_000) })]],
  ['in another order', [event(2), event(1)]],
  ['with a frame twice', [event(1), event(1)]],
  ['with an answer', [event(1), { type: 'ack', ref: 'r', topic: 'tenant' }]],
  ['with a frame of no topic', [event(1), { type: 'disconnect' }]],
])('a batch %s is found', (_, frames, device) => {
  expect(judged(frames, device)).toEqual([expect.stringMatching(/^I20 d\d got a batch: /)]);
});
