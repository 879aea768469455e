import { describe, expect, it } from 'vitest';
import { canonicalText } from '../core/log/canonicalText.ts';
import type { Row, Value } from '../core/ports.ts';
import type { TableBench } from './table.contract.ts';

const anyNames = [
  ...[
    'constructor',
    '__proto__',
    'prototype',
    'toString',
    'valueOf',
    'hasOwnProperty',
    'toJSON',
    'then',
    'length',
  ],
  ...['', '~', '~~', '~constructor', '~~__proto__'],
];

/** Tests of operations on one row. */
export function rowRules(bench: TableBench): void {
  describe('rows', () => {
    it('a row comes back as it was put, and not at all from another key', async () => {
      const row: Row = {
        pk: bench.newPk(),
        sk: 'a',
        text: 'grüße 👋',
        empty: '',
        numbers: [0, -1.5, 9_007_199_254_740_991, 1e-7],
        flags: { yes: true, no: false, nothing: null },
        'a.name [with] #signs': { deep: [[], {}, [{ deeper: 'x' }]] },
      };
      await bench.table.write({ put: row });
      expect(await bench.table.get({ pk: row.pk, sk: 'a' })).toEqual(row);
      expect(await bench.table.get({ pk: row.pk, sk: 'b' })).toBeUndefined();
    });

    it('any name of JSON is a name, wherever a row is written and read', async () => {
      const pk = bench.newPk();
      // Parsed, for a literal could not have all of these as names.
      const named = (inner: string): string =>
        `{${anyNames.map((name) => `${JSON.stringify(name)}:${inner}`)}}`;
      const value: Value = JSON.parse(
        `[${named('1')},${named('{"name":"Set"}')},{"deeper":${named('[{"constructor":null}]')}}]`,
      );
      const row: Row = { pk, sk: 'a', n: 1, value };
      const is = (read: Value | undefined, expected: Value = value) =>
        expect(canonicalText(read)).toBe(canonicalText(expected));
      await bench.table.write({ put: row });
      is((await bench.table.get(row))?.value);
      is((await bench.table.query({ pk })).rows[0]?.value);
      is((await bench.table.getTogether([row]))[0]?.value);
      const changed = await bench.table.write({ update: row, set: { value: { again: value } } });
      is(changed.before?.value);
      const refused = await bench.table.transact([{ put: row, if: { is: 'absent' } }], `${pk}-1`);
      is(refused.outcome === 'refused' ? refused.failed.get(0)?.value : undefined, { again: value });
      expect(await bench.table.transact([{ put: row }], `${pk}-2`)).toEqual({ outcome: 'committed' });
      is((await bench.table.get(row))?.value);
    });

    it('a put replaces the whole row and returns what was there', async () => {
      const pk = bench.newPk();
      expect(await bench.table.write({ put: { pk, sk: 'a', old: 1 } })).toEqual({ ok: true });
      expect(await bench.table.write({ put: { pk, sk: 'a', fresh: 2 } })).toEqual({
        ok: true,
        before: { pk, sk: 'a', old: 1 },
      });
      expect(await bench.table.get({ pk, sk: 'a' })).toEqual({ pk, sk: 'a', fresh: 2 });
    });

    it('a delete takes the row away, returns what was there, and does nothing to an absent row', async () => {
      const pk = bench.newPk();
      await bench.table.write({ put: { pk, sk: 'a', n: 1 } });
      expect(await bench.table.write({ delete: { pk, sk: 'a' } })).toEqual({
        ok: true,
        before: { pk, sk: 'a', n: 1 },
      });
      expect(await bench.table.write({ delete: { pk, sk: 'a' } })).toEqual({ ok: true });
      expect(await bench.table.get({ pk, sk: 'a' })).toBeUndefined();
    });

    it('an update makes an absent row', async () => {
      const pk = bench.newPk();
      const outcome = await bench.table.write({ update: { pk, sk: 'a' }, set: { s: 'x' }, add: { n: 2 } });
      if (!bench.tellsKeyOfAbsentRow) expect(outcome).toEqual({ ok: true });
      expect(await bench.table.get({ pk, sk: 'a' })).toEqual({ pk, sk: 'a', s: 'x', n: 2 });
    });

    it('an update sets, removes and adds, and leaves the rest alone', async () => {
      const pk = bench.newPk();
      const before = { pk, sk: 'a', kept: [1], gone: 1, n: 5, map: { x: 1, y: 2 } };
      await bench.table.write({ put: before });
      const outcome = await bench.table.write({
        update: { pk, sk: 'a' },
        set: { map: { z: 3 } },
        remove: ['gone', 'never-there'],
        add: { n: -7, fresh: 1.5 },
      });
      expect(outcome).toEqual({ ok: true, before });
      expect(await bench.table.get({ pk, sk: 'a' })).toEqual({
        pk,
        sk: 'a',
        kept: [1],
        n: -2,
        fresh: 1.5,
        map: { z: 3 },
      });
    });

    it('a row that was read does not change with what is written later, nor with what its reader does', async () => {
      const pk = bench.newPk();
      const put = { pk, sk: 'a', list: [{ n: 1 }] };
      await bench.table.write({ put });
      for (const item of put.list) item.n = 2;
      const read = await bench.table.get({ pk, sk: 'a' });
      expect(read).toEqual({ pk, sk: 'a', list: [{ n: 1 }] });
      for (const item of (read?.list ?? []) as { n: number }[]) item.n = 3;
      expect(await bench.table.get({ pk, sk: 'a' })).toEqual({ pk, sk: 'a', list: [{ n: 1 }] });
    });

    it('a row whose ttl has passed is still there', async () => {
      const pk = bench.newPk();
      await bench.table.write({ put: { pk, sk: 'a', ttl: 1 } });
      await bench.clock?.advance(1_000);
      expect(await bench.table.get({ pk, sk: 'a' })).toEqual({ pk, sk: 'a', ttl: 1 });
    });

    it.each<[string, (pk: string) => Row]>([
      ['an empty sort key', (pk) => ({ pk, sk: '' })],
      ['a sort key above 1 KB', (pk) => ({ pk, sk: 's'.repeat(1025) })],
      ['a partition key above 2 KB', (pk) => ({ pk: pk.padEnd(2049, 'p'), sk: 'a' })],
      ['more than 400 KB', (pk) => ({ pk, sk: 'a', big: 'x'.repeat(400 * 1024) })],
      ['a number that would lose digits', (pk) => ({ pk, sk: 'a', n: 2 ** 60 })],
      ['a number that is none', (pk) => ({ pk, sk: 'a', n: Number.NaN })],
      [
        'a value inside it that is not there',
        (pk) => ({ pk, sk: 'a', in: { n: undefined as unknown as Value } }),
      ],
    ])('a row with %s is refused', async (_, make) => {
      await expect(bench.table.write({ put: make(bench.newPk()) })).rejects.toThrow();
    });

    it.each<
      [string, { set?: { [name: string]: Value }; remove?: string[]; add?: { [name: string]: number } }]
    >([
      ['changes nothing', {}],
      ['sets a part of the key', { set: { sk: 'b' } }],
      ['sets and removes the same attribute', { set: { a: 1 }, remove: ['a'] }],
      ['adds to a text', { add: { text: 1 } }],
    ])('an update that %s is refused, and the row stays as it was', async (_, change) => {
      const row = { pk: bench.newPk(), sk: 'a', text: 'x' };
      await bench.table.write({ put: row });
      await expect(bench.table.write({ update: { pk: row.pk, sk: 'a' }, ...change })).rejects.toThrow();
      expect(await bench.table.get(row)).toEqual(row);
    });
  });
}
