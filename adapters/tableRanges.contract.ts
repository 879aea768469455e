import { describe, expect, it } from 'vitest';
import type { Range } from '../core/ports.ts';
import type { TableBench } from './table.contract.ts';

/** Tests of reading ranges of rows. */
export function rangeRules(bench: TableBench): void {
  describe('ranges', () => {
    it('the rows of one partition come in the order of their sort keys', async () => {
      const pk = bench.newPk();
      await bench.fill(pk, ['c', 'a', 'b']);
      await bench.fill(bench.newPk(), ['d']);
      expect(await bench.sksOf({ pk })).toEqual(['a', 'b', 'c']);
      expect(await bench.sksOf({ pk, descending: true })).toEqual(['c', 'b', 'a']);
      expect(await bench.table.query({ pk: bench.newPk() })).toEqual({ rows: [] });
    });

    it('sort keys are ordered by their UTF-8 bytes', async () => {
      const pk = bench.newPk();
      // In UTF-16, by which JavaScript compares, 😀 (D83D DE00) comes before ﬀ (FB00).
      await bench.fill(pk, ['😀', 'ﬀ', 'é', 'z', 'Z', '9', '10']);
      expect(await bench.sksOf({ pk })).toEqual(['10', '9', 'Z', 'z', 'é', 'ﬀ', '😀']);
      expect(await bench.sksOf({ pk, from: 'ﬀ' })).toEqual(['ﬀ', '😀']);
    });

    const rows = ['a', 'a1', 'a2', 'b', 'b1', 'c'];
    it.each<[string, Omit<Range, 'pk'>, string[]]>([
      ['from and to are inclusive', { from: 'a1', to: 'b' }, ['a1', 'a2', 'b']],
      ['from alone', { from: 'b' }, ['b', 'b1', 'c']],
      ['to alone', { to: 'a1' }, ['a', 'a1']],
      ['an empty from excludes nothing', { from: '', to: 'a' }, ['a']],
      ['an empty to excludes everything', { to: '' }, []],
      ['a range that ends before it begins is empty', { from: 'c', to: 'a' }, []],
      ['a prefix', { prefix: 'a' }, ['a', 'a1', 'a2']],
      ['a prefix that nothing has', { prefix: 'x' }, []],
      ['an empty prefix excludes nothing', { prefix: '' }, rows],
      ['descending', { prefix: 'a', descending: true }, ['a2', 'a1', 'a']],
      ['a limit', { limit: 2 }, ['a', 'a1']],
      ['a limit, descending', { to: 'b1', limit: 2, descending: true }, ['b1', 'b']],
      ['after', { after: 'a2' }, ['b', 'b1', 'c']],
      ['after what is not there', { after: 'aa' }, ['b', 'b1', 'c']],
      ['after, descending', { after: 'b', descending: true }, ['a2', 'a1', 'a']],
      ['after, at the end of the range', { after: 'b', to: 'b' }, []],
      ['after, past the end of the range', { after: 'c', to: 'b' }, []],
      ['after, before the range', { after: 'a', from: 'b' }, ['b', 'b1', 'c']],
      ['after, before a prefix', { after: 'a', prefix: 'b' }, ['b', 'b1']],
      ['after, past a prefix', { after: 'c', prefix: 'b' }, []],
      [
        'after, past the range, descending',
        { after: 'c', to: 'b', descending: true },
        ['b', 'a2', 'a1', 'a'],
      ],
      ['after, before the range, descending', { after: 'a', from: 'b', descending: true }, []],
    ])('%s', async (_, range, expected) => {
      const pk = bench.newPk();
      await bench.fill(pk, rows);
      expect(await bench.sksOf({ pk, ...range })).toEqual(expected);
    });

    it.each<[string, Omit<Range, 'pk'>]>([
      ['a prefix together with an end', { prefix: 'a', to: 'b' }],
      ['a limit of none', { limit: 0 }],
    ])('%s is refused', async (_, range) => {
      await expect(bench.table.query({ pk: bench.newPk(), ...range })).rejects.toThrow();
    });

    it('following next until it is absent gives every row once, in order', async () => {
      const pk = bench.newPk();
      const sks = Array.from({ length: 7 }, (_, n) => `k${n}`);
      await bench.fill(pk, sks);
      for (const limit of [1, 2, 7, 50]) {
        const seen: string[] = [];
        for (let next: string | undefined = ''; next !== undefined; ) {
          const page = await bench.table.query({ pk, limit, ...(next && { after: next }) });
          expect(page.rows.length).toBeLessThanOrEqual(limit);
          seen.push(...page.rows.map(({ sk }) => sk));
          next = page.next;
        }
        expect(seen).toEqual(sks);
      }
    });

    it('a page is at most 1 MB, however little of it was asked for', async () => {
      const pk = bench.newPk();
      const sks = Array.from({ length: 14 }, (_, n) => `k${String(n).padStart(2, '0')}`);
      for (const sk of sks) await bench.table.write({ put: { pk, sk, big: 'x'.repeat(100_000), small: 1 } });
      const first = await bench.table.query({ pk, only: ['small'] });
      expect(first.rows).toHaveLength(10);
      expect(first.next).toBe('k09');
      const second = await bench.table.query({ pk, only: ['small'], after: first.next ?? '' });
      expect(second.rows.map(({ sk }) => sk)).toEqual(['k10', 'k11', 'k12', 'k13']);
      expect(second.next).toBeUndefined();
    });

    it('only what was asked for is read, with the key', async () => {
      const pk = bench.newPk();
      await bench.table.write({
        put: { pk, sk: 'a', n: 1, 'odd.name': { x: 1 }, status: 'reserved word', other: 2 },
      });
      const { rows: read } = await bench.table.query({ pk, only: ['odd.name', 'status', 'sk', 'none'] });
      expect(read).toEqual([{ pk, sk: 'a', 'odd.name': { x: 1 }, status: 'reserved word' }]);
      expect((await bench.table.query({ pk, only: [] })).rows).toEqual([{ pk, sk: 'a' }]);
    });
  });

  describe('rows together', () => {
    it('come in the order of the keys, absent ones as undefined, asked for twice as two', async () => {
      const pk = bench.newPk();
      const row = { pk, sk: 'b', n: 1 };
      await bench.table.write({ put: row });
      const keys = ['c', 'b', 'a', 'b'].map((sk) => ({ pk, sk }));
      expect(await bench.table.getTogether(keys)).toEqual([undefined, row, undefined, row]);
      expect(await bench.table.getTogether([])).toEqual([]);
    });

    it('are at most 100', async () => {
      const pk = bench.newPk();
      const keys = Array.from({ length: 101 }, (_, n) => ({ pk, sk: `k${n}` }));
      await expect(bench.table.getTogether(keys)).rejects.toThrow();
      expect(await bench.table.getTogether(keys.slice(1))).toHaveLength(100);
    });
  });
}
