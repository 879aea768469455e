import { describe, expect, test } from 'vitest';
import { allowing, type Need, onAction, readStatement, rightsIn } from './statement.ts';

const table = 'arn:aws:dynamodb:us-east-1:000000000000:table/Rows';
const statement = (more: Record<string, unknown> = {}) =>
  readStatement(
    { Effect: 'Allow', Action: ['dynamodb:GetItem', 'dynamodb:P*'], Resource: table, ...more },
    'Policy',
    (value) => value,
  );
const allows = (need: Partial<Need>, more?: Record<string, unknown>) =>
  statement(more).some((one) => allowing(one, { action: 'dynamodb:GetItem', resource: table, ...need }));

describe('a statement', () => {
  test('allows its actions, in any case of letters, on its resources, in exactly their letters', () => {
    expect(allows({})).toBe(true);
    expect(allows({ action: 'DynamoDB:putitem' })).toBe(true);
    expect(allows({ action: 'dynamodb:DeleteItem' })).toBe(false);
    expect(allows({ resource: `${table}2` })).toBe(false);
    expect(allows({ resource: table.toLowerCase() })).toBe(false);
    expect(
      allows({ resource: table.replace('Rows', 'Rowz') }, { Resource: [`${table.slice(0, -1)}?`] }),
    ).toBe(true);
    expect(allows({ resource: `${table}/index/a` }, { Resource: `${table}/index/*` })).toBe(true);
    expect(allows({ resource: table.replaceAll('-', 'x') }, { Resource: '*' })).toBe(true);
  });

  test('of one action is what it says of that alone, and nothing where it says nothing', () => {
    const [one] = statement();
    const narrowed = one && onAction(one, 'DynamoDB:putitem');
    const rights = ['DynamoDB:putitem', 'dynamodb:GetItem'].map(
      (action) => narrowed && allowing(narrowed, { action, resource: table }),
    );
    expect(rights).toEqual([{ action: 'dynamodb:P*', resource: table }, undefined]);
    expect(one && onAction(one, 'dynamodb:DeleteItem')).toBeUndefined();
  });

  test('with a condition on all values allows a request of which each value is listed, or that has none', () => {
    const Condition = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['TICKET#*', 'A'] } };
    const of = (...keys: string[]) => allows({ context: { 'dynamodb:LeadingKeys': keys } }, { Condition });
    expect([of('TICKET#1'), of('TICKET#1', 'A'), of()]).toEqual([true, true, true]);
    expect([of('TICKET'), of('TICKET#1', 'B'), of('xTICKET#1')]).toEqual([false, false, false]);
    const literally = { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['T*'] } };
    expect(allows({ context: { 'dynamodb:LeadingKeys': ['TX'] } }, { Condition: literally })).toBe(false);
  });

  test('with a condition on one value allows that, and no request without it', () => {
    const of = (operator: string, source?: string) =>
      allows(source === undefined ? {} : { context: { 'events:source': [source] } }, {
        Condition: { [operator]: { 'events:source': 'tidings.*' } },
      });
    expect([
      of('StringEquals', 'tidings.*'),
      of('StringEquals', 'tidings.events'),
      of('StringEquals'),
    ]).toEqual([true, false, false]);
    expect([of('StringLike', 'tidings.events'), of('StringLike', 'other')]).toEqual([true, false]);
  });

  test('needs all of its conditions', () => {
    const Condition = {
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['A'] },
      StringEquals: { 'events:source': 'x' },
    };
    expect(allows({ context: { 'dynamodb:LeadingKeys': ['A'] } }, { Condition })).toBe(false);
  });

  test.each([
    ['Deny', { Effect: 'Deny' }],
    ['NotAction', { Action: undefined, NotAction: 's3:*' }],
    ['NotResource', { NotResource: 'x' }],
    ['Principal', { Principal: '*' }],
    ['StringNotEquals', { Condition: { StringNotEquals: { 'events:source': 'x' } } }],
    ['ForAnyValue:StringLike', { Condition: { 'ForAnyValue:StringLike': { 'dynamodb:LeadingKeys': 'x' } } }],
    ['StringLike on dynamodb:LeadingKeys', { Condition: { StringLike: { 'dynamodb:LeadingKeys': 'x' } } }],
    ['aws:SourceIp', { Condition: { StringEquals: { 'aws:SourceIp': 'x' } } }],
    ['policy variable', { Resource: `${table}/\${aws:username}` }],
    ['Allow on everything but', { Action: '*', Effect: 'Deny' }],
  ])('with %s is refused: it is not known here', (what, more) => {
    const refused = () => statement(more);
    expect(refused).toThrow(/^Policy: the local stack judges by statements that allow, and does not know /);
    if (!what.startsWith('Allow')) expect(refused).toThrow(what);
  });

  test('of other services is left out, whatever it says', () => {
    expect(
      statement({ Action: 's3:*', Effect: 'Deny', Resource: { 'Fn::GetAtt': ['Bucket', 'Arn'] } }),
    ).toEqual([]);
    expect(statement({ Action: 'eventsx:PutEvents' })).toEqual([]);
  });

  test('lists its rights with services that are judged', () => {
    const [one] = statement({ Action: ['dynamodb:GetItem', 'logs:PutLogEvents'], Resource: ['a', 'b'] });
    expect(one && rightsIn(one)).toEqual([
      { action: 'dynamodb:GetItem', resource: 'a' },
      { action: 'dynamodb:GetItem', resource: 'b' },
    ]);
  });
});
