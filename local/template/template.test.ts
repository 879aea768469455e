import { describe, expect, test } from 'vitest';
import { idOfArn, resolver } from './template.ts';

const resolve = resolver(
  {
    Resources: {
      Fn: { Type: 'AWS::Lambda::Function' },
      Jobs: { Type: 'AWS::SQS::Queue' },
      Rows: { Type: 'AWS::DynamoDB::GlobalTable' },
      Socket: { Type: 'AWS::ApiGatewayV2::Api' },
      Odd: { Type: 'AWS::Odd::Thing' },
    },
  },
  { httpUrl: 'http://127.0.0.1:4510', queueUrl: (id) => `http://127.0.0.1:9/queues/${id}` },
);
const join = (...parts: unknown[]) => ({ 'Fn::Join': ['', parts] });
const host = join({ Ref: 'Socket' }, '.execute-api.', { Ref: 'AWS::Region' }, '.', { Ref: 'AWS::URLSuffix' });

describe('the template resolver', () => {
  test.each([
    ['a table by its name', { Ref: 'Rows' }, 'Rows'],
    ['a queue by its URL', { Ref: 'Jobs' }, 'http://127.0.0.1:9/queues/Jobs'],
    ['an attribute', { 'Fn::GetAtt': ['Jobs', 'Arn'] }, 'arn:aws:sqs:us-east-1:000000000000:Jobs'],
    ['a nested part', { a: [{ b: join('x', { Ref: 'Rows' }) }] }, { a: [{ b: 'xRows' }] }],
    [
      'a part of a split text',
      { 'Fn::Select': [5, { 'Fn::Split': [':', { 'Fn::GetAtt': ['Jobs', 'Arn'] }] }] },
      'Jobs',
    ],
    ['the socket by its local address', join('wss://', host, '/dev'), 'ws://127.0.0.1:4510/dev'],
    ['the management API by its local address', join('https://', host, '/dev'), 'http://127.0.0.1:4510/dev'],
    ['a list without what has no value', [{ Ref: 'AWS::NoValue' }, 1], [1]],
    ['an object without what has no value', { a: { Ref: 'AWS::NoValue' }, b: true }, { b: true }],
  ])('gives %s', (_what, value, expected) => {
    expect(resolve(value, 'here')).toEqual(expected);
  });

  test.each([
    ['an unknown resource', { Ref: 'Nobody' }],
    ['an unknown attribute', { 'Fn::GetAtt': ['Fn', 'SnapStartResponse'] }],
    ['an attribute of an unknown type', { 'Fn::GetAtt': ['Odd', 'Arn'] }],
    ['an unknown function', { 'Fn::ImportValue': 'x' }],
    ['an item that is not there', { 'Fn::Select': [3, ['a']] }],
  ])('throws on %s, and says where', (_what, value) => {
    expect(() => resolve({ deep: [value] }, 'Fn/Properties')).toThrow('Fn/Properties/deep/0/');
  });

  test('an ARN tells the logical id', () => {
    expect(idOfArn('arn:aws:events:us-east-1:000000000000:rule/Minute')).toBe('Minute');
    expect(idOfArn('arn:aws:sqs:us-east-1:000000000000:Jobs')).toBe('Jobs');
    expect(idOfArn(undefined)).toBeUndefined();
  });
});
