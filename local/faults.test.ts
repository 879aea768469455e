import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { rates } from '../test/simulation/world/faults.ts';
import { faultBox, gatewayFaults, outcomes } from './faults.ts';
import { BadInput } from './http/httpJson.ts';

describe('faults', () => {
  test('a fault with a count strikes that often and is then used up', () => {
    const box = faultBox();
    box.inject({ op: 'post', outcome: 'gone', count: 2 });
    expect([1, 2, 3].map(() => box.next('post')?.outcome)).toEqual(['gone', 'gone', undefined]);
    expect(box.list()).toEqual([]);
  });

  test('a fault without a count strikes until it is cleared', () => {
    const box = faultBox();
    box.inject({ op: 'commit', outcome: 'conflict' });
    for (let i = 0; i < 50; i += 1) expect(box.next('commit')?.outcome).toBe('conflict');
    box.clear({});
    expect(box.next('commit')).toBeUndefined();
  });

  test('a fault strikes no other operation', () => {
    const box = faultBox();
    box.inject({ op: 'deliver', outcome: 'double' });
    expect(box.next('commit')).toBeUndefined();
  });

  test('clearing one operation leaves the others', () => {
    const box = faultBox();
    box.inject({ op: 'deliver', outcome: 'double' });
    box.inject({ op: 'post', outcome: 'drop' });
    box.clear({ op: 'post', outcome: 'drop' });
    expect(box.list().map(({ op }) => op)).toEqual(['deliver']);
  });

  test('the same seed strikes at the same occasions, about as often as its probability says', () => {
    const run = (seed: number) => {
      const box = faultBox();
      box.inject({ op: 'post', outcome: 'drop', probability: 0.3, seed });
      return Array.from({ length: 1_000 }, () => box.next('post') !== undefined);
    };
    expect(run(7)).toEqual(run(7));
    expect(run(7)).not.toEqual(run(8));
    const fault = run(7).filter(Boolean).length;
    expect(fault).toBeGreaterThan(240);
    expect(fault).toBeLessThan(360);
  });

  test.each([
    [{ op: 'explode', outcome: 'gone' }, '"op" must be one of: post, connect,'],
    [{ outcome: 'gone' }, '"op"'],
    [{ op: 'toString', outcome: 'gone' }, '"op"'],
    [{ op: 'post', outcome: 'conflict' }, '"outcome" of "post" must be one of: gone, throttled,'],
    [{ op: 'post' }, '"outcome"'],
    [{ op: 'post', outcome: 'gone', count: 0 }, '"count"'],
    [{ op: 'post', outcome: 'gone', count: '3' }, '"count"'],
    [{ op: 'post', outcome: 'gone', count: 1.5 }, '"count"'],
    [{ op: 'post', outcome: 'gone', probability: 1.1 }, '"probability"'],
    [{ op: 'connect', outcome: 'slow', delayMs: -1 }, '"delayMs"'],
    [{ op: 'post', outcome: 'gone', seed: Number.NaN }, '"seed"'],
    [{ op: 'post', outcome: 'gone', often: 3 }, '"often"'],
  ])('what is wrong in %j is named', (input, field) => {
    const box = faultBox();
    expect(() => box.inject(input)).toThrow(BadInput);
    expect(() => box.inject(input)).toThrow(field);
    expect(box.list()).toEqual([]);
  });

  test.each([
    [{ op: 'explode' }, '"op" must be one of: post, connect, disconnect, commit, deliver, stream.'],
    [{ op: 'connect', outcome: 'gone' }, '"outcome" of "connect" must be one of: error, slow.'],
    [{ outcome: 'explode' }, '"outcome" must be one of: gone, throttled, buffer-full, error-after, drop,'],
  ])('%j clears nothing, and what there is to clear is said', (input, said) => {
    const box = faultBox();
    box.inject({ op: 'post', outcome: 'gone' });
    expect(() => box.clear(input)).toThrow(said);
    expect(box.list()).toHaveLength(1);
  });

  test('the document lists what can fail, and how', () => {
    const document = readFileSync(new URL('../docs/local.md', import.meta.url), 'utf8');
    const [, table = ''] = document.split('| `op` | `outcome` |\n|---|---|\n');
    const listed = [...table.matchAll(/^\| `(\w+)`.*? \| (.*) \|$/gm)].map(([, op, ways = '']) => {
      const words = ways.replaceAll(/\(.*?\)/g, '').matchAll(/`([\w-]+)`/g);
      return [op, [...words].map(([, word]) => word)];
    });
    expect(Object.fromEntries(listed)).toEqual(outcomes);
  });

  test('the simulation calls what fails by the same names', () => {
    const words: readonly string[] = Object.values(outcomes).flat();
    const simulated = Object.values(rates).flatMap((chances) => Object.keys(chances));
    const onlyThere = new Set(simulated.filter((word) => !words.includes(word)));
    // Functions that die, and what the wire to an engine does not tell apart.
    expect([...onlyThere].sort()).toEqual(['crash-after', 'crash-before', 'unknown-before']);
    const onlyHere = new Set(words.filter((word) => !simulated.includes(word)));
    // A connection has no buffer there.
    expect([...onlyHere].sort()).toEqual(['buffer-full']);
  });

  test('the gateway is told how slow and how late', () => {
    const box = faultBox();
    const faults = gatewayFaults(box);
    box.inject({ op: 'connect', outcome: 'slow', delayMs: 250, count: 1 });
    box.inject({ op: 'connect', outcome: 'error', count: 1 });
    box.inject({ op: 'disconnect', outcome: 'late', delayMs: 60_000, count: 1 });
    box.inject({ op: 'disconnect', outcome: 'lost', count: 1 });
    expect(faults.connect?.()).toEqual({ outcome: 'slow', delayMs: 250 });
    expect(faults.connect?.()).toEqual({ outcome: 'error' });
    expect(faults.connect?.()).toBeUndefined();
    expect(faults.disconnect?.()).toEqual({ outcome: 'late', delayMs: 60_000 });
    expect(faults.disconnect?.()).toEqual({ outcome: 'lost' });
    expect(faults.post?.('any')).toBeUndefined();
  });

  test('an early $disconnect strikes a handshake, and no close', () => {
    const box = faultBox();
    const faults = gatewayFaults(box);
    box.inject({ op: 'disconnect', outcome: 'early', count: 1 });
    box.inject({ op: 'disconnect', outcome: 'double', count: 1 });
    expect(faults.disconnect?.()).toEqual({ outcome: 'double' });
    expect(faults.disconnect?.()).toBeUndefined();
    expect(faults.connect?.()).toEqual({ outcome: 'early' });
    expect(faults.connect?.()).toBeUndefined();
  });
});
