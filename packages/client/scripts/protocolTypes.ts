import { readFileSync } from 'node:fs';
import { disconnectRules, errorRules } from '@tidings/protocol';
import * as z from 'zod/mini';
import { createApp } from '../../../core/api/createApp.ts';
import { features } from '../../../features/index.ts';
import { descriptionOf, hoverText, type Schema } from './hoverText.ts';

/**
 * The types of the protocol that the client is written in, without the schemas that they are made of: whoever
 * uses the package has neither these nor the library that they are written with.
 */
export function protocolTypes(): string {
  const { contracts } = createApp(features);
  const actions = contracts.flatMap(({ actions: of = {} }) => Object.entries(of));
  const events = contracts.flatMap(({ events: of = {} }) => Object.entries(of));
  // Which channels there are is each app's own choice.
  const ofAll = contracts.filter(({ actions: of = {} }) => !('channel.publish' in of));
  const topics = ofAll.flatMap(({ topics: of = {} }) => Object.entries(of));
  const lone = topics.flatMap(([kind, { id }]) => (id ? [] : kind));
  const user = contracts.flatMap(({ user: part }) => (part ? print(part, 'readonly ') : []));
  return [
    '// Made of the schemas of the contracts by scripts/build.ts.',
    `interface Actions {\n${actions
      .map(
        ([name, { payload, answer, documentation }]) =>
          `${hoverText(documentation)}${key(name)}: { payload: ${print(payload)}; answer: ${print(answer)} };`,
      )
      .join('\n')}\n}`,
    `interface Events {\n${events
      .map(
        ([type, { payload, documentation }]) => `${hoverText(documentation)}${key(type)}: ${print(payload)};`,
      )
      .join('\n')}\n}`,
    `interface Topics {\n${topics
      .flatMap(([kind, { snapshot, all, documentation }]) => [
        `${hoverText(documentation)}${key(kind)}: ${kind === 'user' ? user.join(' & ') : print(snapshot, 'readonly ')};`,
        ...(all
          ? [`${hoverText(all.documentation)}${key(`${kind}:*`)}: ${print(all.snapshot, 'readonly ')};`]
          : []),
      ])
      .join('\n')}\n}`,
    `interface App { actions: Actions; events: Events; topics: Topics; lone: ${literals(lone)} }`,
    // What the sources infer of the contracts is written out above.
    // A contract that options change has a type of its own in the place of a value.
    ...contractNames().map(
      (name) => `export declare const ${name}: unknown;\nexport type ${name} = unknown;`,
    ),
    'export type WireOf<_> = App;',
    'export type ActionName = keyof Actions;',
    "export type Payload<N extends ActionName> = Actions[N]['payload'];",
    "export type Answer<N extends ActionName> = Actions[N]['answer'];",
    `export type ErrorCode = ${union(Object.keys(errorRules).map((code) => JSON.stringify(code)))};`,
    `export type DisconnectCode = ${union(Object.keys(disconnectRules))};`,
    ...interfaces('errors.ts', ['ErrorDetail']),
    ...interfaces('frames.ts', ['ServerFrame', 'EventFrame', 'ErrorPayload', 'DisconnectPayload']),
    '',
  ].join('\n');
}

/** The contracts that the sources name. */
function contractNames(): string[] {
  const source = readFileSync(new URL('../src/features/tidingsContract.ts', import.meta.url), 'utf8');
  return [...source.matchAll(/^import type \{ (\w+Contract) \}/gm)].map(([, name = '']) => name);
}

/** Interfaces that are written by hand, as they are. */
function interfaces(file: string, names: readonly string[]): string[] {
  const source = readFileSync(new URL(`../../protocol/src/${file}`, import.meta.url), 'utf8');
  return names.map((name) => {
    const [found] = new RegExp(`^export interface ${name} .*?^\\}`, 'ms').exec(source) ?? [];
    if (found === undefined) throw new Error(`${file} has no interface ${name}`);
    return found;
  });
}

/** What is looked at of a schema. */
interface Definition {
  readonly type: string;
  readonly shape?: Readonly<Record<string, Schema>>;
  readonly catchall?: Schema;
  readonly element?: Schema;
  readonly innerType?: Schema;
  readonly keyType?: Schema;
  readonly valueType?: Schema;
  readonly options?: readonly Schema[];
  readonly values?: readonly unknown[];
  readonly entries?: Readonly<Record<string, unknown>>;
}

const definition = (schema: Schema) => schema._zod.def as Definition;
const union = (types: readonly string[]) => types.join(' | ');
const literals = (values: readonly unknown[]) => union(values.map((value) => JSON.stringify(value)));

const key = (name: string) => JSON.stringify(name);

/**
 * A schema as the type of what it leaves.
 *
 * @param keep before each field and list: `readonly ` for what is only looked at
 * @throws Error on a kind of schema that this does not know
 */
function print(schema: Schema | undefined, keep: '' | 'readonly ' = ''): string {
  if (!schema) return 'unknown';
  const { type, shape = {}, catchall, element, innerType, keyType, valueType, ...more } = definition(schema);
  switch (type) {
    case 'string':
    case 'number':
    case 'boolean':
      return type;
    case 'unknown':
      return z.globalRegistry.get(schema as never)?.type === 'object' ? 'Record<string, unknown>' : type;
    case 'literal':
      return literals(more.values ?? []);
    case 'enum':
      return literals(Object.values(more.entries ?? {}));
    case 'array':
      return `${keep}(${print(element, keep)})[]`;
    case 'nullable':
      return `${print(innerType, keep)} | null`;
    case 'optional':
      return `${print(innerType, keep)} | undefined`;
    case 'record':
      return keep
        ? `Readonly<Record<${print(keyType)}, ${print(valueType, keep)}>>`
        : `Record<${print(keyType)}, ${print(valueType)}>`;
    case 'union':
      return union((more.options ?? []).map((option) => print(option, keep)));
    case 'object': {
      const fields = Object.entries(shape).map(([name, field]) => {
        const mark = definition(field).type === 'optional' ? '?' : '';
        return `${hoverText(descriptionOf(field))}${keep}${key(name)}${mark}: ${print(field, keep)};\n`;
      });
      return `{\n${[...fields, ...(catchall ? ['[key: string]: unknown;\n'] : [])].join('')}}`;
    }
    default:
      throw new Error(`a schema of the kind ${type} is not known here`);
  }
}
