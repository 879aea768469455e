import fc from 'fast-check';
import type { Condition, Key, Range, Table, Value, Write } from '../../core/ports.ts';

/** One call of the port, as data: to be made on two tables and compared. */
export type Operation =
  | { readonly do: 'get'; readonly key: Key }
  | { readonly do: 'getTogether'; readonly keys: readonly Key[] }
  | { readonly do: 'query'; readonly range: Range }
  | { readonly do: 'write'; readonly write: Write }
  | { readonly do: 'transact'; readonly writes: readonly Write[]; readonly token: string };

// Few keys and names, so that operations meet.
const pks = ['p', 'q'];
const sks = ['a', 'a1', 'a2', 'b', 'é', 'ﬀ', '😀'];
const names = ['n', 'm', 's', 'a.b #c'];

const key = fc.record({ pk: fc.constantFrom(...pks), sk: fc.constantFrom(...sks) });
const number = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom(0.5, -0, 1e-9, 9_007_199_254_740_991),
);
const text = fc.constantFrom('', 'x', 'y', '5', 'ü😀');
const { value } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    number,
    text,
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('', 'k', 'l'), tie('value'), { maxKeys: 2, noNullPrototype: true }),
  ),
}));
const attributes = fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 3, noNullPrototype: true });

const attribute = fc.constantFrom(...names, 'sk');
const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 2 },
    fc.constantFrom<Condition>({ is: 'absent' }, { is: 'present' }),
    fc.record({ is: fc.constant('equal' as const), attribute, value: fc.oneof(number, text, fc.boolean()) }),
    fc.record({ is: fc.constant('below' as const), attribute, value: number }),
    fc.record({
      is: fc.constantFrom('any' as const, 'all' as const),
      of: fc.array(tie('condition'), { maxLength: 3 }),
    }),
  ),
}));

// A condition on most writes would refuse most of them.
const maybe = fc.option(condition, { nil: undefined, freq: 2 }).map((one) => (one ? { if: one } : {}));
const update = fc
  .record({
    update: key,
    set: attributes,
    remove: fc.uniqueArray(fc.constantFrom(...names), { maxLength: 2 }),
    add: fc.dictionary(fc.constantFrom(...names), fc.integer({ min: -3, max: 3 }), {
      maxKeys: 1,
      noNullPrototype: true,
    }),
  })
  .map((write): Write => write);
const { put, remove, check } = {
  put: fc.tuple(key, attributes).map(([where, rest]): Write => ({ put: { ...rest, ...where } })),
  remove: key.map((where): Write => ({ delete: where })),
  check: fc.tuple(key, condition).map(([where, one]): Write => ({ check: where, if: one })),
};
const write = fc.oneof(
  fc
    .tuple(fc.oneof({ weight: 3, arbitrary: put }, update, remove), maybe)
    .map(([one, rest]): Write => ({ ...one, ...rest })),
  check,
);

const end = fc.option(fc.constantFrom(...sks), { nil: undefined });
const given = <T extends object>(record: T) =>
  Object.fromEntries(Object.entries(record).filter(([, one]) => one !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
const rest = {
  pk: fc.constantFrom(...pks),
  descending: fc.boolean(),
  limit: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
  only: fc.option(fc.subarray([...names, 'sk']), { nil: undefined }),
  after: end,
};
const range = fc.oneof(
  fc.record({ ...rest, from: end, to: end }).map((one): Range => given(one)),
  fc.record({ ...rest, prefix: fc.constantFrom('', 'a', 'b', 'x') }).map((one): Range => given(one)),
);

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('write' as const), write }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('transact' as const),
      writes: fc.array(write, { minLength: 1, maxLength: 4 }),
      token: fc.constantFrom('t1', 't2', 't3', 't4', 't5', 't6'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('query' as const), range }) },
  fc.record({ do: fc.constant('get' as const), key }),
  fc.record({ do: fc.constant('getTogether' as const), keys: fc.array(key, { maxLength: 4 }) }),
);

export const operations: fc.Arbitrary<Operation[]> = fc.array(operation, { maxLength: 40, size: 'max' });

/** The operation with its partitions and token made this run's own, since one table serves all runs. */
export function inRun(run: string, one: Operation): Operation {
  const rename = (text: string) => `${run}/${text}`;
  return JSON.parse(JSON.stringify(one), (name, field) =>
    name === 'pk' || name === 'token' ? rename(String(field)) : field,
  );
}

/** What came of it; an exception counts as one outcome, whatever it says. */
export async function outcomeOf(table: Table, one: Operation): Promise<unknown> {
  try {
    if (one.do === 'get') return await table.get(one.key);
    if (one.do === 'getTogether') return await table.getTogether(one.keys);
    if (one.do === 'query') return await table.query(one.range);
    return one.do === 'write' ? await table.write(one.write) : await table.transact(one.writes, one.token);
  } catch {
    return 'threw';
  }
}
