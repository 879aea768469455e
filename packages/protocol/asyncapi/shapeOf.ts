import type { JsonSchema } from './jsonSchema.ts';

/** The names of an object's fields, those that may be absent with a question mark: `{turns: [{role, text, streamId?}], stream?}`. */
export function shapeOf(schemas: readonly JsonSchema[]): string {
  const fields = schemas.flatMap(({ properties = {}, required = [] }) =>
    Object.entries(properties).map(([name, one]) => {
      const inside = required.includes(name) ? insideOf(one) : '';
      return `${name}${required.includes(name) ? '' : '?'}${inside === '' ? '' : `: ${inside}`}`;
    }),
  );
  return `{${fields.join(', ')}}`;
}

/** What is in the objects of a list; other objects speak for themselves. */
function insideOf({ items }: JsonSchema): string {
  return items?.properties ? `[${shapeOf([items])}]` : '';
}
