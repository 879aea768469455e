import { describe, expect, it } from 'vitest';
import type { Condition, Key } from '../core/ports.ts';
import type { TableBench } from './table.contract.ts';

/** Tests of the conditions of writes. */
export function conditionRules(bench: TableBench): void {
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
        const key: Key = { pk: bench.newPk(), sk: 'a' };
        const before = { ...key, ...row };
        if (present) await bench.table.write({ put: before });
        const outcome = { ok: expected, ...(present && { before }) };
        expect(await bench.table.write({ check: key, if: condition })).toEqual(outcome);
        expect(await bench.table.write({ put: { ...key, ...row, fresh: 1 }, if: condition })).toEqual(
          outcome,
        );
        expect(await bench.table.get(key)).toEqual(
          expected ? { ...key, ...row, fresh: 1 } : present ? before : undefined,
        );
      }
    });

    it('an update or a delete whose condition fails changes nothing and returns the row', async () => {
      const before = { pk: bench.newPk(), sk: 'a', n: 5, list: ['x', { y: null }] };
      await bench.table.write({ put: before });
      const key = { pk: before.pk, sk: 'a' };
      const refused = { ok: false, before };
      expect(await bench.table.write({ update: key, add: { n: 1 }, if: below('n', 5) })).toEqual(refused);
      expect(await bench.table.write({ delete: key, if: { is: 'absent' } })).toEqual(refused);
      expect(await bench.table.get(key)).toEqual(before);
    });

    it('of many who each take what is free, exactly one gets it', async () => {
      const key = { pk: bench.newPk(), sk: 'slot' };
      const takers = Array.from({ length: 20 }, (_, by) =>
        bench.table.write({ put: { ...key, by }, if: { is: 'absent' } }),
      );
      expect((await Promise.all(takers)).filter(({ ok }) => ok)).toHaveLength(1);
    });
  });
}
