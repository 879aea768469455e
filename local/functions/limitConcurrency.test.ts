import { expect, test } from 'vitest';
import { limitConcurrency } from './limitConcurrency.ts';

/** Jobs that end when they are told to, and which of them have begun. */
function jobs() {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  return {
    begun,
    job: (name: string) => () => {
      begun.push(name);
      return new Promise<string>((resolve) => ends.set(name, () => resolve(name)));
    },
    end: (name: string) => ends.get(name)?.(),
  };
}

test('so many run at once, and the others in the order in which they came', async () => {
  const { begun, job, end } = jobs();
  const inTurn = limitConcurrency(2);
  const results = ['a', 'b', 'c', 'd'].map((name) => inTurn(job(name)));
  expect(begun).toEqual(['a', 'b']);
  end('b');
  expect(await results[1]).toBe('b');
  expect(begun).toEqual(['a', 'b', 'c']);
  end('a');
  end('c');
  await Promise.all([results[0], results[2]]);
  end('d');
  expect(await results[3]).toBe('d');
});

test('one that fails makes room as well', async () => {
  const inTurn = limitConcurrency(1);
  await expect(inTurn(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
  expect(await inTurn(async () => 'next')).toBe('next');
});

test('what waited until nobody cares is not begun, and keeps nobody else waiting', async () => {
  const { begun, job, end } = jobs();
  let now = 0;
  const inTurn = limitConcurrency(1, () => now);
  const first = inTurn(job('first'));
  const late = inTurn(job('late'), 1000);
  const patient = inTurn(job('patient'));
  now = 1001;
  const fresh = inTurn(job('fresh'), 1000);
  end('first');
  await first;
  await expect(late).rejects.toThrow('1 others were running for 1000 ms');
  expect(begun).toEqual(['first', 'patient']);
  end('patient');
  await patient;
  end('fresh');
  expect(await fresh).toBe('fresh');
});
