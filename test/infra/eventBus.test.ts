import { expect, test } from 'vitest';
import { features } from '../../features/index.ts';
import { emitting } from '../support/emitting.ts';
import { type Synthesized, synthesize, testStage } from './template.ts';

const marking = emitting(features, 'engagement');
const others = ['111122223333', '444455556666'];
const closed = synthesize(testStage({}, marking), marking);
const open = synthesize(testStage({ publisherAccounts: others }));

const busOf = ({ ofType }: Synthesized) => {
  const [bus, ...more] = ofType('AWS::Events::EventBus');
  expect(more).toEqual([]);
  return bus;
};

test('a stage has a bus of its own, by the name of its stack: no event of one stage runs in another', () => {
  const bus = busOf(closed);
  expect(bus?.properties).toEqual({ Name: 'Tidings-test' });
  const [rule] = closed.ofType('AWS::Events::Rule').filter(({ properties }) => 'EventPattern' in properties);
  expect(closed.text(rule?.properties.EventBusName)).toBe('eventBus');
  const emit = closed.functions.find(({ id }) => closed.nameOf(id) === 'lambdas/emit.ts');
  expect(JSON.stringify(emit?.properties.Environment)).toContain(`"EVENT_BUS_NAME":{"Ref":"${bus?.id}"}`);
});

test('it takes events of its own account alone, unless the stage names others: and of these none as if from Tidings', () => {
  const policiesOf = (stack: Synthesized) =>
    stack.ofType('AWS::Events::EventBusPolicy').map(({ properties }) => properties.Statement);
  expect(policiesOf(closed)).toEqual([]);
  const arn = { 'Fn::GetAtt': [busOf(open)?.id, 'Arn'] };
  expect(policiesOf(open)).toEqual(
    others.map((account) => ({
      Sid: `cdk-Account${account}`,
      Effect: 'Allow',
      Principal: {
        AWS: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:iam::${account}:root`]] },
      },
      Action: 'events:PutEvents',
      Resource: arn,
      Condition: { StringEquals: { 'events:source': 'tidings' } },
    })),
  );
  expect(() => testStage({ publisherAccounts: ['1111-2222-3333'] })).toThrow(/publisherAccounts.*12 digits/);
});
