import type { Condition, Range, Value, Write } from '../../core/ports.ts';
import { storedValue } from './storedNames.ts';

/** The parts of a request that hold an expression together. Absent where nothing was named. */
export interface Placeholders {
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Record<string, Value>;
}

/** Hands out placeholders for the names and values of one request. */
export interface Scope {
  name(attribute: string): string;
  value(value: Value): string;
  placeholders(): Placeholders;
}

/**
 * Every name goes through a placeholder: hundreds of words are reserved, and a name may hold dots.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ReservedWords.html
 */
export function expressionScope(): Scope {
  const names: Record<string, string> = {};
  const values: Record<string, Value> = {};
  const byAttribute = new Map<string, string>();
  return {
    name(attribute) {
      const placeholder = byAttribute.get(attribute) ?? `#${byAttribute.size}`;
      byAttribute.set(attribute, placeholder);
      names[placeholder] = attribute;
      return placeholder;
    },
    value(value) {
      const placeholder = `:${Object.keys(values).length}`;
      values[placeholder] = storedValue(value);
      return placeholder;
    },
    // DynamoDB refuses empty maps.
    placeholders: () => ({
      ...(Object.keys(names).length > 0 && { ExpressionAttributeNames: names }),
      ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
    }),
  };
}

/** Every row has a `pk`, so its presence is the row's. */
export function conditionExpression(condition: Condition, scope: Scope): string {
  switch (condition.is) {
    case 'absent':
      return `attribute_not_exists(${scope.name('pk')})`;
    case 'present':
      return `attribute_exists(${scope.name('pk')})`;
    case 'equal':
      return `${scope.name(condition.attribute)} = ${scope.value(condition.value)}`;
    case 'below':
      return `${scope.name(condition.attribute)} < ${scope.value(condition.value)}`;
    case 'any':
      return joined(condition.of, ' OR ', scope);
    case 'all':
      return joined(condition.of, ' AND ', scope);
  }
}

function joined(conditions: readonly Condition[], word: ' OR ' | ' AND ', scope: Scope): string {
  const [first, ...others] = conditions.map((condition) => conditionExpression(condition, scope));
  if (first === undefined) return word === ' AND ' ? always(scope) : never(scope);
  // Brackets round a single part would be redundant, which DynamoDB refuses.
  return others.length === 0 ? first : `(${[first, ...others].join(word)})`;
}

/** All of no conditions hold. */
const always = (scope: Scope): string =>
  `(attribute_exists(${scope.name('pk')}) OR attribute_not_exists(${scope.name('pk')}))`;

/** Any of no conditions does not. */
const never = (scope: Scope): string =>
  `(attribute_exists(${scope.name('pk')}) AND attribute_not_exists(${scope.name('pk')}))`;

type Update = Extract<Write, { update: unknown }>;

export function updateExpression({ set, remove, add }: Update, scope: Scope): string {
  const sets = Object.entries(set ?? {}).map(
    ([name, value]) => `${scope.name(name)} = ${scope.value(value)}`,
  );
  const removes = (remove ?? []).map((name) => scope.name(name));
  const adds = Object.entries(add ?? {}).map(([name, delta]) => `${scope.name(name)} ${scope.value(delta)}`);
  const clauses = [
    ...(sets.length > 0 ? [`SET ${sets.join(', ')}`] : []),
    ...(removes.length > 0 ? [`REMOVE ${removes.join(', ')}`] : []),
    ...(adds.length > 0 ? [`ADD ${adds.join(', ')}`] : []),
  ];
  return clauses.join(' ');
}

export function keyExpression({ pk, from, to, prefix }: Range, scope: Scope): string {
  const partition = `${scope.name('pk')} = ${scope.value(pk)}`;
  const sk = (): string => scope.name('sk');
  // An empty text may not stand in a key condition; as a lower end or a prefix it excludes nothing.
  if (prefix) return `${partition} AND begins_with(${sk()}, ${scope.value(prefix)})`;
  if (from && to !== undefined) {
    return `${partition} AND ${sk()} BETWEEN ${scope.value(from)} AND ${scope.value(to)}`;
  }
  if (from) return `${partition} AND ${sk()} >= ${scope.value(from)}`;
  if (to !== undefined) return `${partition} AND ${sk()} <= ${scope.value(to)}`;
  return partition;
}

/** The sort key comes with every projected row. The partition's is known, and would be a third of a large audience. */
export const projectionExpression = (only: readonly string[], scope: Scope): string =>
  [...new Set(['sk', ...only])].map((name) => scope.name(name)).join(', ');
