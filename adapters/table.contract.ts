import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Condition, Key, Range, Row, Table, TransactOutcome, Value } from '../core/ports.ts';
import type { ManualClock } from './memory/clock.ts';

export interface TableUnderTest {
  readonly table: Table;
  /** There only where the test holds the time of the table itself. */
  readonly clock?: ManualClock;
  /** A fault of the engine: after an update that made a row it gives the bare key as what was there before. */
  readonly tellsKeyOfAbsentRow?: boolean;
}

/** The rules of the port. Every rule works in partitions of its own, so one table serves them all. */
export function tableContract(start: () => Promise<TableUnderTest>, stop: () => Promise<void>): void {
  let table: Table;
  let clock: ManualClock | undefined;
  let tellsKeyOfAbsentRow = false;
  let partitions = 0;
  let tokens = 0;
  const run = Math.random().toString(36).slice(2);
  const newPk = () => `contract#${run}#${++partitions}`;
  const newToken = () => `${run}-${++tokens}`;

  beforeAll(async () => {
    ({ table, clock, tellsKeyOfAbsentRow = false } = { clock: undefined, ...(await start()) });
  }, 60_000);
  afterAll(stop);

  const fill = async (pk: string, sks: readonly string[]) => {
    for (const sk of sks) await table.write({ put: { pk, sk } });
  };
  const sksOf = async (range: Range) => (await table.query(range)).rows.map(({ sk }) => sk);

  describe('rows', () => {
    it('a row comes back as it was put, and not at all from another key', async () => {
      const row: Row = {
        pk: newPk(),
        sk: 'a',
        text: 'grüße 👋',
        empty: '',
        numbers: [0, -1.5, 9_007_199_254_740_991, 1e-7],
        flags: { yes: true, no: false, nothing: null },
        'a.name [with] #signs': { deep: [[], {}, [{ deeper: 'x' }]] },
      };
      await table.write({ put: row });
      expect(await table.get({ pk: row.pk, sk: 'a' })).toEqual(row);
      expect(await table.get({ pk: row.pk, sk: 'b' })).toBeUndefined();
    });

    it('a put replaces the whole row and tells what was there', async () => {
      const pk = newPk();
      expect(await table.write({ put: { pk, sk: 'a', old: 1 } })).toEqual({ ok: true });
      expect(await table.write({ put: { pk, sk: 'a', fresh: 2 } })).toEqual({
        ok: true,
        before: { pk, sk: 'a', old: 1 },
      });
      expect(await table.get({ pk, sk: 'a' })).toEqual({ pk, sk: 'a', fresh: 2 });
    });

    it('a delete takes the row away, tells what was there, and does nothing to an absent row', async () => {
      const pk = newPk();
      await table.write({ put: { pk, sk: 'a', n: 1 } });
      expect(await table.write({ delete: { pk, sk: 'a' } })).toEqual({
        ok: true,
        before: { pk, sk: 'a', n: 1 },
      });
      expect(await table.write({ delete: { pk, sk: 'a' } })).toEqual({ ok: true });
      expect(await table.get({ pk, sk: 'a' })).toBeUndefined();
    });

    it('an update makes an absent row', async () => {
      const pk = newPk();
      const outcome = await table.write({ update: { pk, sk: 'a' }, set: { s: 'x' }, add: { n: 2 } });
      if (!tellsKeyOfAbsentRow) expect(outcome).toEqual({ ok: true });
      expect(await table.get({ pk, sk: 'a' })).toEqual({ pk, sk: 'a', s: 'x', n: 2 });
    });

    it('an update sets, removes and adds, and leaves the rest alone', async () => {
      const pk = newPk();
      const before = { pk, sk: 'a', kept: [1], gone: 1, n: 5, map: { x: 1, y: 2 } };
      await table.write({ put: before });
      const outcome = await table.write({
        update: { pk, sk: 'a' },
        set: { map: { z: 3 } },
        remove: ['gone', 'never-there'],
        add: { n: -7, fresh: 1.5 },
      });
      expect(outcome).toEqual({ ok: true, before });
      expect(await table.get({ pk, sk: 'a' })).toEqual({
        pk,
        sk: 'a',
        kept: [1],
        n: -2,
        fresh: 1.5,
        map: { z: 3 },
      });
    });

    it('a row that was read does not change with what is written later, nor with what its reader does', async () => {
      const pk = newPk();
      const put = { pk, sk: 'a', list: [{ n: 1 }] };
      await table.write({ put });
      for (const item of put.list) item.n = 2;
      const read = await table.get({ pk, sk: 'a' });
      expect(read).toEqual({ pk, sk: 'a', list: [{ n: 1 }] });
      for (const item of (read?.list ?? []) as { n: number }[]) item.n = 3;
      expect(await table.get({ pk, sk: 'a' })).toEqual({ pk, sk: 'a', list: [{ n: 1 }] });
    });

    it('a row whose ttl has passed is still there', async () => {
      const pk = newPk();
      await table.write({ put: { pk, sk: 'a', ttl: 1 } });
      await clock?.advance(1_000);
      expect(await table.get({ pk, sk: 'a' })).toEqual({ pk, sk: 'a', ttl: 1 });
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
      await expect(table.write({ put: make(newPk()) })).rejects.toThrow();
    });

    it.each<
      [string, { set?: { [name: string]: Value }; remove?: string[]; add?: { [name: string]: number } }]
    >([
      ['changes nothing', {}],
      ['sets a part of the key', { set: { sk: 'b' } }],
      ['sets and removes the same attribute', { set: { a: 1 }, remove: ['a'] }],
      ['adds to a text', { add: { text: 1 } }],
    ])('an update that %s is refused, and the row stays as it was', async (_, change) => {
      const row = { pk: newPk(), sk: 'a', text: 'x' };
      await table.write({ put: row });
      await expect(table.write({ update: { pk: row.pk, sk: 'a' }, ...change })).rejects.toThrow();
      expect(await table.get(row)).toEqual(row);
    });
  });

  describe('conditions', () => {
    const equal = (attribute: string, value: string | number | boolean): Condition => ({
      is: 'equal',
      attribute,
      value,
    });
    const below = (attribute: string, value: number): Condition => ({ is: 'below', attribute, value });
    const row = { n: 5, s: 'x', t: true, nothing: null };

    it.each<[string, Condition, boolean, boolean]>([
      // name, condition, of an absent row, of the row above
      ['absent', { is: 'absent' }, true, false],
      ['present', { is: 'present' }, false, true],
      ['an equal number', equal('n', 5), false, true],
      ['another number', equal('n', 6), false, false],
      ['an equal text', equal('s', 'x'), false, true],
      ['a text that looks like the number', equal('n', '5'), false, false],
      ['an equal truth', equal('t', true), false, true],
      ['the other truth', equal('t', false), false, false],
      ['an attribute that is not there', equal('none', 1), false, false],
      ['a part of the key', equal('sk', 'a'), false, true],
      ['below', below('n', 6), false, true],
      ['not below itself', below('n', 5), false, false],
      ['below, of a text', below('s', 6), false, false],
      ['below, of what is not there', below('none', 6), false, false],
      ['any, one holds', { is: 'any', of: [equal('n', 6), { is: 'present' }] }, false, true],
      ['any of one', { is: 'any', of: [equal('n', 5)] }, false, true],
      ['any of none', { is: 'any', of: [] }, false, false],
      ['all, one fails', { is: 'all', of: [equal('n', 6), { is: 'present' }] }, false, false],
      ['all, both hold', { is: 'all', of: [equal('s', 'x'), below('n', 6)] }, false, true],
      ['all of none', { is: 'all', of: [] }, true, true],
      [
        'absent, or ours and old',
        { is: 'any', of: [{ is: 'absent' }, { is: 'all', of: [equal('s', 'x'), below('n', 9)] }] },
        true,
        true,
      ],
      [
        'nested singles',
        { is: 'all', of: [{ is: 'any', of: [{ is: 'all', of: [equal('n', 5)] }] }, { is: 'present' }] },
        false,
        true,
      ],
    ])('%s', async (_, condition, ofAbsent, ofRow) => {
      for (const [present, expected] of [
        [false, ofAbsent],
        [true, ofRow],
      ]) {
        const key: Key = { pk: newPk(), sk: 'a' };
        const before = { ...key, ...row };
        if (present) await table.write({ put: before });
        const outcome = { ok: expected, ...(present && { before }) };
        expect(await table.write({ check: key, if: condition })).toEqual(outcome);
        expect(await table.write({ put: { ...key, ...row, fresh: 1 }, if: condition })).toEqual(outcome);
        expect(await table.get(key)).toEqual(
          expected ? { ...key, ...row, fresh: 1 } : present ? before : undefined,
        );
      }
    });

    it('an update or a delete whose condition fails changes nothing and tells the row', async () => {
      const before = { pk: newPk(), sk: 'a', n: 5, list: ['x', { y: null }] };
      await table.write({ put: before });
      const key = { pk: before.pk, sk: 'a' };
      const refused = { ok: false, before };
      expect(await table.write({ update: key, add: { n: 1 }, if: below('n', 5) })).toEqual(refused);
      expect(await table.write({ delete: key, if: { is: 'absent' } })).toEqual(refused);
      expect(await table.get(key)).toEqual(before);
    });

    it('of many who each take what is free, exactly one gets it', async () => {
      const key = { pk: newPk(), sk: 'slot' };
      const takers = Array.from({ length: 20 }, (_, by) =>
        table.write({ put: { ...key, by }, if: { is: 'absent' } }),
      );
      expect((await Promise.all(takers)).filter(({ ok }) => ok)).toHaveLength(1);
    });
  });

  describe('ranges', () => {
    it('the rows of one partition come in the order of their sort keys', async () => {
      const pk = newPk();
      await fill(pk, ['c', 'a', 'b']);
      await fill(newPk(), ['d']);
      expect(await sksOf({ pk })).toEqual(['a', 'b', 'c']);
      expect(await sksOf({ pk, descending: true })).toEqual(['c', 'b', 'a']);
      expect(await table.query({ pk: newPk() })).toEqual({ rows: [] });
    });

    it('sort keys are ordered by their UTF-8 bytes', async () => {
      const pk = newPk();
      // In UTF-16, by which JavaScript compares, 😀 (D83D DE00) comes before ﬀ (FB00).
      await fill(pk, ['😀', 'ﬀ', 'é', 'z', 'Z', '9', '10']);
      expect(await sksOf({ pk })).toEqual(['10', '9', 'Z', 'z', 'é', 'ﬀ', '😀']);
      expect(await sksOf({ pk, from: 'ﬀ' })).toEqual(['ﬀ', '😀']);
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
      const pk = newPk();
      await fill(pk, rows);
      expect(await sksOf({ pk, ...range })).toEqual(expected);
    });

    it.each<[string, Omit<Range, 'pk'>]>([
      ['a prefix together with an end', { prefix: 'a', to: 'b' }],
      ['a limit of none', { limit: 0 }],
    ])('%s is refused', async (_, range) => {
      await expect(table.query({ pk: newPk(), ...range })).rejects.toThrow();
    });

    it('following next until it is absent gives every row once, in order', async () => {
      const pk = newPk();
      const sks = Array.from({ length: 7 }, (_, n) => `k${n}`);
      await fill(pk, sks);
      for (const limit of [1, 2, 7, 50]) {
        const seen: string[] = [];
        for (let next: string | undefined = ''; next !== undefined; ) {
          const page = await table.query({ pk, limit, ...(next && { after: next }) });
          expect(page.rows.length).toBeLessThanOrEqual(limit);
          seen.push(...page.rows.map(({ sk }) => sk));
          next = page.next;
        }
        expect(seen).toEqual(sks);
      }
    });

    it('a page is at most 1 MB, however little of it was asked for', async () => {
      const pk = newPk();
      const sks = Array.from({ length: 14 }, (_, n) => `k${String(n).padStart(2, '0')}`);
      for (const sk of sks) await table.write({ put: { pk, sk, big: 'x'.repeat(100_000), small: 1 } });
      const first = await table.query({ pk, only: ['small'] });
      expect(first.rows).toHaveLength(10);
      expect(first.next).toBe('k09');
      const second = await table.query({ pk, only: ['small'], after: first.next ?? '' });
      expect(second.rows.map(({ sk }) => sk)).toEqual(['k10', 'k11', 'k12', 'k13']);
      expect(second.next).toBeUndefined();
    });

    it('only what was asked for is read, with the key', async () => {
      const pk = newPk();
      await table.write({
        put: { pk, sk: 'a', n: 1, 'odd.name': { x: 1 }, status: 'reserved word', other: 2 },
      });
      const { rows: read } = await table.query({ pk, only: ['odd.name', 'status', 'sk', 'none'] });
      expect(read).toEqual([{ pk, sk: 'a', 'odd.name': { x: 1 }, status: 'reserved word' }]);
      expect((await table.query({ pk, only: [] })).rows).toEqual([{ pk, sk: 'a' }]);
    });
  });

  describe('rows together', () => {
    it('come in the order of the keys, absent ones as undefined, asked for twice as two', async () => {
      const pk = newPk();
      const row = { pk, sk: 'b', n: 1 };
      await table.write({ put: row });
      const keys = ['c', 'b', 'a', 'b'].map((sk) => ({ pk, sk }));
      expect(await table.getTogether(keys)).toEqual([undefined, row, undefined, row]);
      expect(await table.getTogether([])).toEqual([]);
    });

    it('are at most 100', async () => {
      const pk = newPk();
      const keys = Array.from({ length: 101 }, (_, n) => ({ pk, sk: `k${n}` }));
      await expect(table.getTogether(keys)).rejects.toThrow();
      expect(await table.getTogether(keys.slice(1))).toHaveLength(100);
    });
  });

  describe('transactions', () => {
    const refused = (...failed: [number, Row | undefined][]): TransactOutcome => ({
      outcome: 'refused',
      failed: new Map(failed),
    });

    it('all writes are there', async () => {
      const pk = newPk();
      await fill(pk, ['deleted', 'checked', 'updated']);
      const outcome = await table.transact(
        [
          { put: { pk, sk: 'put', n: 1 }, if: { is: 'absent' } },
          { update: { pk, sk: 'updated' }, set: { s: 'x' }, add: { n: 1 } },
          { delete: { pk, sk: 'deleted' }, if: { is: 'present' } },
          { check: { pk, sk: 'checked' }, if: { is: 'present' } },
        ],
        newToken(),
      );
      expect(outcome).toEqual({ outcome: 'committed' });
      expect((await table.query({ pk })).rows).toEqual([
        { pk, sk: 'checked' },
        { pk, sk: 'put', n: 1 },
        { pk, sk: 'updated', s: 'x', n: 1 },
      ]);
    });

    it('none is there when one condition fails, and each failed one is told with its row', async () => {
      const pk = newPk();
      const there = { pk, sk: 'there', n: 5, list: [{ x: 'y' }, null, true] };
      await table.write({ put: there });
      const outcome = await table.transact(
        [
          { put: { pk, sk: 'fresh' } },
          { update: { pk, sk: 'there' }, add: { n: 1 }, if: { is: 'below', attribute: 'n', value: 5 } },
          { check: { pk, sk: 'absent' }, if: { is: 'present' } },
        ],
        newToken(),
      );
      expect(outcome).toEqual(refused([1, there], [2, undefined]));
      expect((await table.query({ pk })).rows).toEqual([there]);
    });

    it('the same transaction with the same token is done once', async () => {
      const pk = newPk();
      const token = newToken();
      const writes = [{ update: { pk, sk: 'a' }, add: { n: 1 } }, { put: { pk, sk: 'b' } }] as const;
      expect(await table.transact(writes, token)).toEqual({ outcome: 'committed' });
      await table.write({ delete: { pk, sk: 'b' } });
      expect(await table.transact(writes, token)).toEqual({ outcome: 'committed' });
      expect((await table.query({ pk })).rows).toEqual([{ pk, sk: 'a', n: 1 }]);
    });

    it('a repeat is harmless also where its own first run made its condition false', async () => {
      const key = { pk: newPk(), sk: 'a' };
      const token = newToken();
      const writes = [{ put: { ...key, n: 1 }, if: { is: 'absent' } }] as const;
      expect(await table.transact(writes, token)).toEqual({ outcome: 'committed' });
      expect(await table.transact(writes, token)).toEqual({ outcome: 'committed' });
      expect(await table.transact(writes, newToken())).toEqual(refused([0, { ...key, n: 1 }]));
    });

    it('a refused transaction uses up no token', async () => {
      const key = { pk: newPk(), sk: 'a' };
      const token = newToken();
      const writes = [{ put: { ...key, n: 1 }, if: { is: 'absent' } }] as const;
      await table.write({ put: key });
      expect(await table.transact(writes, token)).toEqual(refused([0, key]));
      await table.write({ delete: key });
      expect(await table.transact(writes, token)).toEqual({ outcome: 'committed' });
    });

    it('another transaction with a token that was used is refused', async () => {
      const pk = newPk();
      const token = newToken();
      await table.transact([{ put: { pk, sk: 'a' } }], token);
      await expect(table.transact([{ put: { pk, sk: 'b' } }], token)).rejects.toThrow();
    });

    it('after ten minutes a token is forgotten', async ({ skip }) => {
      if (!clock) return skip('the time of this table cannot be moved');
      const pk = newPk();
      const token = newToken();
      const writes = [{ update: { pk, sk: 'a' }, add: { n: 1 } }] as const;
      await table.transact(writes, token);
      await clock.advance(10 * 60_000 - 1);
      await table.transact(writes, token);
      expect(await table.get({ pk, sk: 'a' })).toEqual({ pk, sk: 'a', n: 1 });
      await clock.advance(1);
      await table.transact(writes, token);
      expect(await table.get({ pk, sk: 'a' })).toEqual({ pk, sk: 'a', n: 2 });
    });

    it('has at most 100 writes', async () => {
      const pk = newPk();
      const writes = Array.from({ length: 101 }, (_, n) => ({ put: { pk, sk: `k${n}` } }));
      await expect(table.transact(writes, newToken())).rejects.toThrow();
      expect(await table.transact(writes.slice(1), newToken())).toEqual({ outcome: 'committed' });
    });

    it.each<[string, (pk: string) => Parameters<Table['transact']>]>([
      ['no writes', () => [[], newToken()]],
      [
        'two writes on one row',
        (pk) => [[{ put: { pk, sk: 'a' } }, { check: { pk, sk: 'a' }, if: { is: 'absent' } }], newToken()],
      ],
      ['a token of 37 characters', (pk) => [[{ put: { pk, sk: 'a' } }], 't'.repeat(37)]],
      [
        'an update that changes nothing',
        (pk) => [[{ put: { pk, sk: 'a' } }, { update: { pk, sk: 'b' } }], newToken()],
      ],
    ])('with %s it throws, and nothing is written', async (_, make) => {
      const pk = newPk();
      await expect(table.transact(...make(pk))).rejects.toThrow();
      expect(await sksOf({ pk })).toEqual([]);
    });

    it('adding to a text throws, and nothing is written', async () => {
      const row = { pk: newPk(), sk: 'a', text: 'x' };
      await table.write({ put: row });
      const writes = [{ put: { ...row, sk: 'b' } }, { update: row, add: { text: 1 } }];
      await expect(table.transact(writes, newToken())).rejects.toThrow();
      expect((await table.query({ pk: row.pk })).rows).toEqual([row]);
    });

    it('every one of many concurrent moves of a head happens once, or is told that it did not', async () => {
      const pk = newPk();
      await table.write({ put: { pk, sk: 'head', seq: 0 } });
      const move = async (): Promise<number> => {
        for (;;) {
          const head = await table.get({ pk, sk: 'head' });
          const seq = Number(head?.seq);
          const { outcome } = await table.transact(
            [
              {
                update: { pk, sk: 'head' },
                set: { seq: seq + 1 },
                if: { is: 'equal', attribute: 'seq', value: seq },
              },
              { put: { pk, sk: `log${seq + 1}` }, if: { is: 'absent' } },
            ],
            newToken(),
          );
          if (outcome === 'committed') return seq + 1;
        }
      };
      const seqs = await Promise.all(Array.from({ length: 8 }, move));
      expect(seqs.sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
      expect(await sksOf({ pk, prefix: 'log' })).toHaveLength(8);
    });
  });
}
