import { expect, it } from 'vitest';
import { seededRandom } from '../memory/clock.ts';
import type { Operation } from './faults.ts';
import { scriptedPlan, seededPlan } from './plan.ts';

const rates = { post: { gone: 0.2, drop: 0.3 }, write: { double: 1 } };
const draw = (seed: number, operation: Operation, times: number) => {
  const plan = seededPlan({ random: seededRandom(seed), rates });
  return Array.from({ length: times }, () => plan.next(operation));
};

it('the same seed fails the same operations in the same way, another seed others', () => {
  expect(draw(3, 'post', 50)).toEqual(draw(3, 'post', 50));
  expect(draw(3, 'post', 50)).not.toEqual(draw(4, 'post', 50));
});

it('each fault comes about as often as its rate says, and none that is not named', () => {
  const drawn = draw(1, 'post', 10_000);
  const share = (fault: string | undefined) => drawn.filter((one) => one === fault).length / drawn.length;
  expect(share('gone')).toBeCloseTo(0.2, 1);
  expect(share('drop')).toBeCloseTo(0.3, 1);
  expect(share('gone') + share('drop') + share(undefined)).toBe(1);
  expect(new Set(draw(1, 'write', 20))).toEqual(new Set(['double']));
  expect(new Set(draw(1, 'send', 20))).toEqual(new Set([undefined]));
});

it('a script is followed to its end, for each operation by itself', () => {
  const plan = scriptedPlan({ post: ['gone', undefined, 'drop'], read: ['slow'] });
  expect([plan.next('post'), plan.next('read'), plan.next('post'), plan.next('post')]).toEqual([
    'gone',
    'slow',
    undefined,
    'drop',
  ]);
  expect([plan.next('post'), plan.next('read')]).toEqual([undefined, undefined]);
});
