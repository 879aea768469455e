import { ProtocolError } from '@tidings/protocol';
import { beforeEach, expect, test } from 'vitest';
import { type MemoryRuntime, memoryRuntime, principal } from '../../test/support/memoryRuntime.ts';
import { commitRows } from './commitRows.ts';

const key = { pk: 'THING', sk: 'THING' };
let runtime: MemoryRuntime;
beforeEach(() => {
  runtime = memoryRuntime();
});
const request = (ref: string, hash = 'h') => ({ principal: principal(runtime), ref, hash });

/** Takes a thing that only one can have. */
const take = (ref: string, with_: Partial<MemoryRuntime> = {}, hash = 'h') =>
  commitRows({ ...runtime, ...with_ }, request(ref, hash), {
    rows: [key],
    decide: ([taken]) => {
      if (taken) throw new ProtocolError('conflict', 'taken');
      return { answer: { by: ref }, writes: [{ put: { ...key, by: ref }, if: { is: 'absent' } }] };
    },
  });

test('a repeat of the ref gets the first answer, though it would be refused now', async () => {
  expect(await take('a')).toEqual({ by: 'a' });
  expect(await take('a')).toEqual({ by: 'a', dup: true });
  await expect(take('b')).rejects.toMatchObject({ message: 'taken' });
});

test('the same ref for another request is a conflict', async () => {
  await take('a');
  await expect(take('a', {}, 'other')).rejects.toThrow('this ref was used for another request');
});

test('a ref counts for 24 hours, by its own time', async () => {
  await take('a');
  await runtime.clock.advance(24 * 3_600_000);
  await expect(take('a')).rejects.toThrow('taken');
});

test('of two with the same ref at once, one changes something and both get its answer', async () => {
  const answers = await Promise.all([take('a'), take('a')]);
  expect(answers).toContainEqual({ by: 'a' });
  expect(answers).toContainEqual({ by: 'a', dup: true });
});

test('of two who want the same thing at once, the second decides again and is refused; its ref is not used up', async () => {
  const both = Promise.allSettled([take('a'), take('b')]);
  await runtime.clock.advance(1000);
  const [first, second] = await both;
  expect(first).toMatchObject({ value: { by: 'a' } });
  expect(second).toMatchObject({ reason: { message: 'taken' } });
  await runtime.table.write({ delete: key });
  expect(await take('b')).toEqual({ by: 'b' });
});

test('a change whose outcome was not heard is made once', async () => {
  const { table } = runtime;
  let lost = 0;
  const transact: typeof table.transact = async (writes, token) => {
    const result = await table.transact(writes, token);
    return lost++ === 0 ? { outcome: 'unknown' } : result;
  };
  const taking = take('a', { table: { ...table, transact } });
  await runtime.clock.advance(1000);
  expect(await taking).toEqual({ by: 'a' });
});
