import { describe, expect, it } from 'vitest';
import type { Condition } from '../../core/ports.ts';
import {
  conditionExpression,
  expressionScope,
  keyExpression,
  projectionExpression,
  updateExpression,
} from './expression.ts';

const rendered = (condition: Condition) => {
  const scope = expressionScope();
  return [conditionExpression(condition, scope), scope.placeholders()];
};
const n = (value: number): Condition => ({ is: 'equal', attribute: 'n', value });

describe('an expression', () => {
  it('names an attribute by one placeholder however often, and each value by its own', () => {
    expect(rendered({ is: 'any', of: [n(1), n(1), { is: 'below', attribute: 'm', value: 2 }] })).toEqual([
      '(#0 = :0 OR #0 = :1 OR #1 < :2)',
      {
        ExpressionAttributeNames: { '#0': 'n', '#1': 'm' },
        ExpressionAttributeValues: { ':0': 1, ':1': 1, ':2': 2 },
      },
    ]);
  });

  it('has no maps where it has no names or values', () => {
    expect(expressionScope().placeholders()).toEqual({});
    expect(rendered({ is: 'absent' })).toEqual([
      'attribute_not_exists(#0)',
      { ExpressionAttributeNames: { '#0': 'pk' } },
    ]);
  });

  it('has brackets round parts of different kinds, and never redundant ones', () => {
    const mixed: Condition = {
      is: 'any',
      of: [
        { is: 'all', of: [n(1), n(2)] },
        { is: 'all', of: [n(3)] },
      ],
    };
    expect(rendered(mixed)[0]).toBe('((#0 = :0 AND #0 = :1) OR #0 = :2)');
    expect(rendered({ is: 'all', of: [{ is: 'any', of: [n(1), n(2)] }] })[0]).toBe('(#0 = :0 OR #0 = :1)');
  });

  it('of an update has a clause only for what there is to do', () => {
    const update = (change: object) =>
      updateExpression({ update: { pk: 'p', sk: 's' }, ...change }, expressionScope());
    expect(update({ remove: ['a', 'b'] })).toBe('REMOVE #0, #1');
    expect(update({ set: { a: 1, b: 2 }, remove: [] })).toBe('SET #0 = :0, #1 = :1');
    expect(update({ add: { a: 1 } })).toBe('ADD #0 :0');
  });

  it.each([
    [{}, '#0 = :0'],
    [{ from: 'a' }, '#0 = :0 AND #1 >= :1'],
    [{ to: 'b' }, '#0 = :0 AND #1 <= :1'],
    [{ from: 'a', to: 'b' }, '#0 = :0 AND #1 BETWEEN :1 AND :2'],
    [{ from: '', to: 'b' }, '#0 = :0 AND #1 <= :1'],
    [{ prefix: 'a' }, '#0 = :0 AND begins_with(#1, :1)'],
    [{ prefix: '' }, '#0 = :0'],
  ])('of the range %j is %s', (range, expression) => {
    expect(keyExpression({ pk: 'p', ...range }, expressionScope())).toBe(expression);
  });

  it('of a projection has the sort key once, asked for or not', () => {
    const scope = expressionScope();
    expect(projectionExpression(['sk', 'a.b', 'a.b'], scope)).toBe('#0, #1');
    expect(scope.placeholders()).toEqual({ ExpressionAttributeNames: { '#0': 'sk', '#1': 'a.b' } });
  });
});
