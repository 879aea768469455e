import { expect, test } from 'vitest';
import { list, object, synthesize, testStage } from './template.ts';

const xray = ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'];

/** The rights of all roles that have to do with X-Ray, and where. */
const rightsIn = (stack: ReturnType<typeof synthesize>) =>
  stack
    .ofType('AWS::IAM::Policy')
    .flatMap(({ properties }) => list(object(properties.PolicyDocument).Statement).map(object))
    .filter(({ Action }) => JSON.stringify(Action).includes('xray'));

test('by a switch every function is traced, and its role may send traces and nothing more', () => {
  const traced = synthesize(testStage({ tracing: true }));
  for (const { id, properties } of traced.functions) {
    expect(properties.TracingConfig, id).toEqual({ Mode: 'Active' });
  }
  const rights = rightsIn(traced);
  expect(rights).toHaveLength(traced.functions.length);
  for (const { Action, Effect, Resource } of rights) {
    // What else knows no resource is in the same statement.
    const actions = list(Action).filter((action) => String(action).startsWith('xray:'));
    expect({ actions, Effect, Resource }).toEqual({ actions: xray, Effect: 'Allow', Resource: '*' });
  }
});

test('without it nothing is traced, and no role may', () => {
  const plain = synthesize(testStage());
  expect(plain.functions.filter(({ properties }) => 'TracingConfig' in properties)).toEqual([]);
  expect(rightsIn(plain)).toEqual([]);
});
