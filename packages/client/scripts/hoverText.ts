import * as z from 'zod/mini';

/** What is looked at of a schema. */
export interface Schema {
  readonly _zod: { readonly def: object };
}

/** The schema in an optional or nullable one, or the schema itself. */
function inner(schema: Schema): Schema {
  const { innerType } = schema._zod.def as { readonly innerType?: Schema };
  return innerType ? inner(innerType) : schema;
}

/** The description of a field, on it or on what is optional in it. */
export const descriptionOf = (schema: Schema): string | undefined =>
  z.globalRegistry.get(schema as never)?.description ??
  z.globalRegistry.get(inner(schema) as never)?.description;

/** The schema of a field of an object, in whatever list or option it stands. */
export function fieldOf(schema: Schema | undefined, name: string): Schema | undefined {
  if (!schema) return undefined;
  const { shape, element, valueType } = inner(schema)._zod.def as {
    readonly shape?: Readonly<Record<string, Schema>>;
    readonly element?: Schema;
    readonly valueType?: Schema;
  };
  return shape ? shape[name] : fieldOf(element ?? valueType, name);
}

/**
 * A text as the comment that an editor shows when one points at what follows. It has to stand on a line of its own: the
 * compiler takes one behind `{` or `;` for a comment of what came before.
 */
export const hoverText = (text: string | undefined, indent = ''): string =>
  text === undefined ? '' : `${indent}/** ${text.replaceAll('*/', '*\\/')} */\n`;
