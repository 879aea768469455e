import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { ownStack } from '../support/ownStack.ts';

/** Of an app that marks `engagement`, and has a rule and a function of another service. */
const root = fileURLToPath(new URL('../support/emittingApp', import.meta.url));
afterAll(() => rmSync(join(root, 'node_modules'), { recursive: true, force: true }));

interface Heard {
  readonly source: string;
  readonly 'detail-type': string;
  readonly detail: { readonly tenant: string; readonly id: string; readonly payload: object };
}

// In memory the table's stream is another one: `npm run test:memory` asks the same of that.
describe('a marked event', () => {
  let lines: string[] = [];
  const { stack, tenant: newTenant } = ownStack(() => ({ root, log: (text) => lines.push(text) }));
  afterEach(() => stack().faults.clear({}));

  /** A batch that a busy machine failed is tried again after a while, as is what the bus did not take in time. */
  const handedOver = () => stack().clock.advance(10 * 60_000);

  function staff() {
    lines = [];
    const tenant = newTenant();
    const isOwn = ({ detail }: Heard) => detail.tenant === tenant.name;
    return {
      name: tenant.name,
      connect: () => tenant.staff('ann'),
      /** What the function of the other service got. */
      heard: () =>
        lines
          .filter((line) => line.startsWith('heard '))
          .map((line) => JSON.parse(line.slice('heard '.length)) as Heard)
          .filter(isOwn),
      /** What was put on the bus. */
      put: () =>
        stack()
          .events()
          .filter((event) => isOwn(event as never)),
    };
  }

  const update = { payload: { clientId: 'acme', status: 'active' } };

  test('reaches another service, as it stands in the log, and no other event does', async () => {
    const { name, connect, heard, put } = staff();
    const ann = await connect();
    await ann.ask('subscribe', { topic: 'client:acme' });
    await ann.ask('interaction.record', { payload: { clientId: 'acme', kind: 'call' } });
    await ann.ask('engagement.update', update);
    const { topic, epoch, seq, id, from, ts, payload } = await ann.type('engagement');
    await handedOver();
    const detail = { tenant: name, type: 'engagement', topic, epoch, seq, id, from, ts, payload };
    expect(heard()).toMatchObject([{ source: 'tidings.events', 'detail-type': 'engagement' }]);
    expect(heard()[0]?.detail).toEqual(detail);
    expect(put()).toHaveLength(1);
    const answer = await fetch(`${stack().httpUrl}/_local/events`);
    expect(await answer.json()).toEqual({ events: stack().events() });
  });

  test('is written once: a repeat of its request does not bring it again', async () => {
    const { connect, put } = staff();
    const ann = await connect();
    for (const _ of [1, 2]) await ann.ask('engagement.update', { ref: 'once', ...update });
    await handedOver();
    expect(put()).toHaveLength(1);
  });

  test('comes once the function that failed is run again', async () => {
    const { connect, heard } = staff();
    stack().faults.inject({ op: 'stream', outcome: 'error', count: 1 });
    const ann = await connect();
    await ann.ask('engagement.update', update);
    await stack().clock.advance(0);
    expect(heard()).toEqual([]);
    await stack().clock.advance(5_000);
    expect(heard()).toMatchObject([{ detail: { seq: 1, payload: { status: 'active' } } }]);
  });

  test('comes also if the answer to its commit was lost', async () => {
    const { connect, put } = staff();
    const ann = await connect();
    stack().faults.inject({ op: 'commit', outcome: 'unknown', count: 1 });
    await ann.ask('engagement.update', update);
    await handedOver();
    expect(put()).toHaveLength(1);
  });

  test('comes whatever fails, if it was acknowledged', async () => {
    const { connect, put } = staff();
    const ann = await connect();
    for (const [op, outcome] of [
      ['stream', 'error'],
      ['stream', 'double'],
      ['commit', 'unknown'],
      ['commit', 'conflict'],
    ]) {
      stack().faults.inject({ op, outcome, probability: 0.3, seed: 7 });
    }
    const acknowledged: unknown[] = [];
    for (let n = 0; n < 20; n += 1) {
      const ask = { payload: { clientId: 'acme', status: `s${n}` } };
      const { type, payload } = await ann.ask('engagement.update', ask);
      if (type === 'ack') acknowledged.push(payload.seq);
    }
    expect(acknowledged.length).toBeGreaterThan(15);
    await stack().clock.advance(6 * 3_600_000);
    const seqs = new Set(put().map(({ detail }) => detail.seq));
    expect(acknowledged.filter((seq) => !seqs.has(seq))).toEqual([]);
  });

  test('may come twice, with the same id', async () => {
    const { connect, heard } = staff();
    stack().faults.inject({ op: 'stream', outcome: 'double', count: 1 });
    const ann = await connect();
    await ann.ask('engagement.update', update);
    await handedOver();
    const [first, again] = heard();
    expect(again?.detail).toEqual(first?.detail);
    expect(first?.detail.id).toMatch(/^[\w-]{22}$/);
  });

  test('and many of them come in order', async () => {
    const { connect, heard } = staff();
    const ann = await connect();
    for (let n = 0; n < 25; n += 1) {
      await ann.ask('engagement.update', { payload: { clientId: 'acme', status: `s${n}` } });
    }
    await handedOver();
    expect(heard().map(({ detail }) => detail)).toMatchObject(
      Array.from({ length: 25 }, (_, n) => ({ seq: n + 1, payload: { status: `s${n}` } })),
    );
  });
});
