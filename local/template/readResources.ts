import { type Addresses, idOfArn, type Resource, resolver, type Template } from './template.ts';

/** A resource whose properties are resolved when they are asked for, so that only what is read must be known. */
export interface Item {
  readonly id: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** @throws where it has a property that is not among these: it would be dropped without a word. `false` is absent. */
  onlyHas(known: readonly string[]): void;
  /** The resolved property, whatever it is. */
  get(name: string): unknown;
  /** The property as the template has it. */
  raw(name: string): unknown;
  /** @throws where the property is not a text. */
  text(name: string): string;
  maybeText(name: string): string | undefined;
  number(name: string, fallback: number): number;
  list(name: string): readonly unknown[];
  record(name: string): Readonly<Record<string, unknown>>;
  /** The texts of an object of texts; none where it is absent. */
  texts(name: string): Record<string, string>;
}

export interface Resources {
  ofType(type: string): readonly Item[];
  /** @throws where there is not exactly one. */
  only(type: string, which?: (item: Item) => boolean): Item;
  /** @throws where no resource of that type has that logical id. */
  get(type: string, id: string | undefined): Item;
  /** The ids of all that is made before a resource: what it depends on, what that depends on, and so on. */
  before(id: string): ReadonlySet<string>;
  /** Resolves a part of a raw property. `where` is only for the error's text. */
  resolve(value: unknown, where: string): unknown;
}

export function readResources(template: Template, addresses: Addresses): Resources {
  const resolve = resolver(template, addresses);
  const ofType = (type: string) =>
    Object.entries(template.Resources)
      .filter(([, resource]) => resource.Type === type)
      .map(([id, resource]) => item(id, resource, resolve));
  return {
    ofType,
    resolve,
    only(type, which = () => true) {
      const [first, second] = ofType(type).filter(which);
      if (!first || second) throw new Error(`The stack needs exactly one ${type} of its kind.`);
      return first;
    },
    before(id) {
      const found = new Set<string>();
      const waiting = [id];
      for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
        const next = [template.Resources[one]?.DependsOn ?? []].flat().filter((each) => !found.has(each));
        for (const each of next) found.add(each);
        waiting.push(...next);
      }
      return found;
    },
    get(type, id) {
      const resource = id === undefined ? undefined : template.Resources[id];
      if (id === undefined || resource?.Type !== type)
        throw new Error(`There is no ${type} "${id}" in the stack.`);
      return item(id, resource, resolve);
    },
  };
}

function item(id: string, resource: Resource, resolve: ReturnType<typeof resolver>): Item {
  const path = (name: string) => `${id}/Properties/${name}`;
  const get = (name: string) => resolve(resource.Properties?.[name], path(name));
  const maybeText = (name: string) => {
    const value = get(name);
    if (value === undefined || typeof value === 'string') return value;
    throw new Error(`${path(name)}: expected a text.`);
  };
  const record = (name: string) => (get(name) ?? {}) as Record<string, unknown>;
  return {
    id,
    metadata: resource.Metadata ?? {},
    onlyHas(known) {
      const strange = Object.entries(resource.Properties ?? {}).find(
        ([name, value]) => value !== false && !known.includes(name),
      );
      if (strange) throw new Error(`${path(strange[0])}: the local stack does not know this.`);
    },
    get,
    raw: (name) => resource.Properties?.[name],
    maybeText,
    text(name) {
      const value = maybeText(name);
      if (value === undefined) throw new Error(`${path(name)}: missing.`);
      return value;
    },
    number(name, fallback) {
      const value = Number(get(name) ?? fallback);
      if (Number.isNaN(value)) throw new Error(`${path(name)}: expected a number.`);
      return value;
    },
    list(name) {
      const value = get(name) ?? [];
      if (!Array.isArray(value)) throw new Error(`${path(name)}: expected a list.`);
      return value;
    },
    record,
    texts: (name) =>
      Object.fromEntries(Object.entries(record(name)).map(([key, value]) => [key, String(value)])),
  };
}

/** The function that an ARN, or the invocation address that API Gateway takes, names. */
export function functionOf(uri: string | undefined, where: string): string {
  const id = /:function:([A-Za-z0-9]+)/.exec(uri ?? '')?.[1] ?? idOfArn(uri);
  if (id === undefined) throw new Error(`${where}: names no function.`);
  return id;
}
