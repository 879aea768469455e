import { expect, test } from 'vitest';
import { features } from '../../features/index.ts';
import { isOurs } from '../../packages/cli/src/redrive/deadLetters.ts';
import { emitting } from '../support/emitting.ts';
import { synthesize, testStage } from './template.ts';

test('the command redrive knows every queue of dead letters that a stage has, and no queue of work', () => {
  const marking = emitting(features, 'engagement');
  const queues = synthesize(testStage({}, marking), marking).ofType('AWS::SQS::Queue');
  const dead = queues.filter(({ properties }) => properties.RedrivePolicy === undefined);
  expect(dead).toHaveLength(5);
  expect(queues.filter(({ id }) => isOurs(id))).toEqual(dead);
});
