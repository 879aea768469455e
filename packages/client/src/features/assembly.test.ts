import { expect, test } from 'vitest';
import { assemble } from './assembly.ts';

test('a hole is told of after eight later pieces, and so is the next one', () => {
  let text = '';
  let holes = 0;
  const assembly = assemble(
    (more) => {
      text += more;
    },
    () => holes++,
  );
  const add = (from: number, to: number) => {
    for (let idx = from; idx <= to; idx++) assembly.add({ streamId: 's', idx, delta: `${idx} ` });
    return [text, holes];
  };
  expect(add(1, 7)).toEqual(['', 0]);
  expect(add(7, 8)).toEqual(['', 1]);
  expect(add(8, 8)).toEqual(['', 1]);
  assembly.begin('0 1 2 3 4 5 ', 5);
  expect(add(10, 16)).toEqual(['0 1 2 3 4 5 6 7 8 ', 1]);
  expect(add(17, 17)[1]).toBe(2);
});
