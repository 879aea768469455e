import * as z from 'zod/mini';

/** As much of JSON Schema (draft 7) as the contracts come to. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxItems?: number;
  readonly examples?: readonly unknown[];
}

/** A contract's schema as JSON Schema. */
export function jsonSchemaOf(schema: z.ZodMiniType): JsonSchema {
  // As input: fields that a reader does not know are ignored (2.2), so no schema may forbid them by itself.
  const { $schema: _, ...converted } = z.toJSONSchema(schema, { target: 'draft-7', io: 'input' });
  return simplified(converted as JsonSchema);
}

/** Leaves out what says nothing, so that a reader sees the limits which somebody chose. */
function simplified(schema: JsonSchema): JsonSchema {
  const { propertyNames: _, ...rest } = schema as JsonSchema & { propertyNames?: unknown };
  const { minimum, maximum, properties, items, anyOf, additionalProperties, ...plain } = rest;
  return {
    ...plain,
    ...(minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER && { minimum }),
    ...(maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER && { maximum }),
    ...(properties && { properties: simplifiedAll(properties) }),
    ...(items && { items: simplified(items) }),
    ...(anyOf && { anyOf: anyOf.map(simplified) }),
    ...(additionalProperties !== undefined && {
      additionalProperties:
        typeof additionalProperties === 'object' ? simplified(additionalProperties) : additionalProperties,
    }),
  };
}

function simplifiedAll(properties: Readonly<Record<string, JsonSchema>>) {
  return Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, simplified(schema)]));
}

/** A field of a schema: where it is (`hello payload.subs[].topic`), and what it is. */
export interface Field {
  readonly path: string;
  readonly required: boolean;
  readonly schema: JsonSchema;
}

/** Every named field below a schema, outermost first. */
export function fieldsOf(schema: JsonSchema, path: string): Field[] {
  const { properties = {}, required = [], items, anyOf = [], additionalProperties } = schema;
  return [
    ...Object.entries(properties).flatMap(([name, one]) => [
      { path: `${path}.${name}`, required: required.includes(name), schema: one },
      ...fieldsOf(one, `${path}.${name}`),
    ]),
    ...(items ? fieldsOf(items, `${path}[]`) : []),
    ...anyOf.flatMap((one) => fieldsOf(one, path)),
    ...(typeof additionalProperties === 'object' ? fieldsOf(additionalProperties, `${path}.*`) : []),
  ];
}

/** Whether a reader knows what a field is for. A constant says so itself. */
export function isDocumented({ schema }: Field): boolean {
  return schema.description !== undefined || schema.const !== undefined;
}
