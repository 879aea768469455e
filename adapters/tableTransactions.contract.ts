import { describe, expect, it } from 'vitest';
import type { Row, Table, TransactOutcome } from '../core/ports.ts';
import type { TableBench } from './table.contract.ts';

/** Tests of transactions: all writes or none. */
export function transactionRules(bench: TableBench): void {
  describe('transactions', () => {
    const refused = (...failed: [number, Row | undefined][]): TransactOutcome => ({
      outcome: 'refused',
      failed: new Map(failed),
    });

    it('all writes are there', async () => {
      const pk = bench.newPk();
      await bench.fill(pk, ['deleted', 'checked', 'updated']);
      const outcome = await bench.table.transact(
        [
          { put: { pk, sk: 'put', n: 1 }, if: { is: 'absent' } },
          { update: { pk, sk: 'updated' }, set: { s: 'x' }, add: { n: 1 } },
          { delete: { pk, sk: 'deleted' }, if: { is: 'present' } },
          { check: { pk, sk: 'checked' }, if: { is: 'present' } },
        ],
        bench.newToken(),
      );
      expect(outcome).toEqual({ outcome: 'committed' });
      expect((await bench.table.query({ pk })).rows).toEqual([
        { pk, sk: 'checked' },
        { pk, sk: 'put', n: 1 },
        { pk, sk: 'updated', s: 'x', n: 1 },
      ]);
    });

    it('none is there when one condition fails, and each failed one is returned with its row', async () => {
      const pk = bench.newPk();
      const there = { pk, sk: 'there', n: 5, list: [{ x: 'y' }, null, true] };
      await bench.table.write({ put: there });
      const outcome = await bench.table.transact(
        [
          { put: { pk, sk: 'fresh' } },
          { update: { pk, sk: 'there' }, add: { n: 1 }, if: { is: 'below', attribute: 'n', value: 5 } },
          { check: { pk, sk: 'absent' }, if: { is: 'present' } },
        ],
        bench.newToken(),
      );
      expect(outcome).toEqual(refused([1, there], [2, undefined]));
      expect((await bench.table.query({ pk })).rows).toEqual([there]);
    });

    it('the same transaction with the same token is done once', async () => {
      const pk = bench.newPk();
      const token = bench.newToken();
      const writes = [{ update: { pk, sk: 'a' }, add: { n: 1 } }, { put: { pk, sk: 'b' } }] as const;
      expect(await bench.table.transact(writes, token)).toEqual({ outcome: 'committed' });
      await bench.table.write({ delete: { pk, sk: 'b' } });
      expect(await bench.table.transact(writes, token)).toEqual({ outcome: 'committed' });
      expect((await bench.table.query({ pk })).rows).toEqual([{ pk, sk: 'a', n: 1 }]);
    });

    it('a repeat is harmless also where its own first run made its condition false', async () => {
      const key = { pk: bench.newPk(), sk: 'a' };
      const token = bench.newToken();
      const writes = [{ put: { ...key, n: 1 }, if: { is: 'absent' } }] as const;
      expect(await bench.table.transact(writes, token)).toEqual({ outcome: 'committed' });
      expect(await bench.table.transact(writes, token)).toEqual({ outcome: 'committed' });
      expect(await bench.table.transact(writes, bench.newToken())).toEqual(refused([0, { ...key, n: 1 }]));
    });

    it('a refused transaction uses up no token', async () => {
      const key = { pk: bench.newPk(), sk: 'a' };
      const token = bench.newToken();
      const writes = [{ put: { ...key, n: 1 }, if: { is: 'absent' } }] as const;
      await bench.table.write({ put: key });
      expect(await bench.table.transact(writes, token)).toEqual(refused([0, key]));
      await bench.table.write({ delete: key });
      expect(await bench.table.transact(writes, token)).toEqual({ outcome: 'committed' });
    });

    it('another transaction with a token that was used is refused', async () => {
      const pk = bench.newPk();
      const token = bench.newToken();
      await bench.table.transact([{ put: { pk, sk: 'a' } }], token);
      await expect(bench.table.transact([{ put: { pk, sk: 'b' } }], token)).rejects.toThrow();
    });

    it('after ten minutes a token is forgotten', async ({ skip }) => {
      if (!bench.clock) return skip('the time of this table cannot be moved');
      const pk = bench.newPk();
      const token = bench.newToken();
      const writes = [{ update: { pk, sk: 'a' }, add: { n: 1 } }] as const;
      await bench.table.transact(writes, token);
      await bench.clock.advance(10 * 60_000 - 1);
      await bench.table.transact(writes, token);
      expect(await bench.table.get({ pk, sk: 'a' })).toEqual({ pk, sk: 'a', n: 1 });
      await bench.clock.advance(1);
      await bench.table.transact(writes, token);
      expect(await bench.table.get({ pk, sk: 'a' })).toEqual({ pk, sk: 'a', n: 2 });
    });

    it('has at most 100 writes', async () => {
      const pk = bench.newPk();
      const writes = Array.from({ length: 101 }, (_, n) => ({ put: { pk, sk: `k${n}` } }));
      await expect(bench.table.transact(writes, bench.newToken())).rejects.toThrow();
      expect(await bench.table.transact(writes.slice(1), bench.newToken())).toEqual({ outcome: 'committed' });
    });

    it.each<[string, (pk: string) => Parameters<Table['transact']>]>([
      ['no writes', () => [[], bench.newToken()]],
      [
        'two writes on one row',
        (pk) => [
          [{ put: { pk, sk: 'a' } }, { check: { pk, sk: 'a' }, if: { is: 'absent' } }],
          bench.newToken(),
        ],
      ],
      ['a token of 37 characters', (pk) => [[{ put: { pk, sk: 'a' } }], 't'.repeat(37)]],
      [
        'an update that changes nothing',
        (pk) => [[{ put: { pk, sk: 'a' } }, { update: { pk, sk: 'b' } }], bench.newToken()],
      ],
    ])('with %s it throws, and nothing is written', async (_, make) => {
      const pk = bench.newPk();
      await expect(bench.table.transact(...make(pk))).rejects.toThrow();
      expect(await bench.sksOf({ pk })).toEqual([]);
    });

    it('adding to a text throws, and nothing is written', async () => {
      const row = { pk: bench.newPk(), sk: 'a', text: 'x' };
      await bench.table.write({ put: row });
      const writes = [{ put: { ...row, sk: 'b' } }, { update: row, add: { text: 1 } }];
      await expect(bench.table.transact(writes, bench.newToken())).rejects.toThrow();
      expect((await bench.table.query({ pk: row.pk })).rows).toEqual([row]);
    });

    it('every one of many concurrent moves of a head happens once, or is told that it did not', async () => {
      const pk = bench.newPk();
      await bench.table.write({ put: { pk, sk: 'head', seq: 0 } });
      const move = async (): Promise<number> => {
        for (;;) {
          const head = await bench.table.get({ pk, sk: 'head' });
          const seq = Number(head?.seq);
          const { outcome } = await bench.table.transact(
            [
              {
                update: { pk, sk: 'head' },
                set: { seq: seq + 1 },
                if: { is: 'equal', attribute: 'seq', value: seq },
              },
              { put: { pk, sk: `log${seq + 1}` }, if: { is: 'absent' } },
            ],
            bench.newToken(),
          );
          if (outcome === 'committed') return seq + 1;
        }
      };
      const seqs = await Promise.all(Array.from({ length: 8 }, move));
      expect(seqs.sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
      expect(await bench.sksOf({ pk, prefix: 'log' })).toHaveLength(8);
    });
  });
}
