import type { JsonSchema } from './jsonSchema.ts';

/** What a stage's app can be asked and tells: as much of `/asyncapi.json` as the console draws. */
export interface ContractView {
  readonly actions: readonly ActionView[];
  readonly kinds: readonly KindView[];
  readonly events: readonly EventView[];
}

/** An action that somebody may ask for. */
export interface ActionView {
  readonly name: string;
  /** `domain`: also by HTTP. */
  readonly group: string;
  readonly roles: readonly string[] | 'any';
  readonly documentation: string;
  /** Absent where the action is about no topic. */
  readonly topic?: JsonSchema;
  readonly payload: JsonSchema;
  /** Of its answer's payload. */
  readonly answer: JsonSchema;
  readonly example: { readonly topic?: string; readonly payload: Readonly<Record<string, unknown>> };
  /** The path of the HTTP API that takes it. */
  readonly httpPath?: string;
}

/** A kind of topic; all topics of a kind as one (`client:*`) are a kind of their own here. */
export interface KindView {
  readonly kind: string;
  /** As the wire names it, with what varies in angle brackets: `room:<id>`. */
  readonly address: string;
  /** The part in angle brackets, as a pattern. */
  readonly varies?: string;
  readonly example: string;
  /** Who may subscribe, in words. */
  readonly who: string;
  /** Who is joined to it on open, in words. */
  readonly feedOf?: string;
  readonly documentation: string;
  readonly snapshot?: string;
  readonly presence: boolean;
  /** Whether who subscribes may ask for its last events. */
  readonly history: boolean;
}

export interface EventView {
  readonly type: string;
  readonly mode: string;
  /** The addresses of the kinds that it may have as its home. */
  readonly topics: readonly string[];
  readonly documentation: string;
}

interface Document {
  readonly operations: Readonly<Record<string, Operation>>;
  readonly components: {
    readonly messages: Readonly<Record<string, Message>>;
    readonly parameters: Readonly<Record<string, { readonly 'x-topic': KindView }>>;
  };
}

interface Operation {
  readonly action: 'receive' | 'send';
  readonly summary: string;
  readonly tags?: readonly { readonly name: string }[];
  readonly messages: readonly Reference[];
  readonly reply?: { readonly messages: readonly Reference[] };
  readonly 'x-roles'?: ActionView['roles'];
  readonly 'x-http'?: { readonly path: string };
  readonly 'x-mode'?: string;
  readonly 'x-topics'?: readonly string[];
}

interface Reference {
  readonly $ref: string;
}

interface Message {
  readonly payload: JsonSchema;
  readonly examples?: readonly { readonly payload: ActionView['example'] }[];
}

/** @throws Error with a sentence for the user, where it is no document of this protocol */
export function readContract(document: unknown): ContractView {
  const { operations, components } = document as Document;
  if (!operations || !components?.messages) throw new Error('/asyncapi.json holds no contract.');
  const all = Object.entries(operations);
  const messageOf = ([reference]: readonly Reference[] = []) =>
    components.messages[reference?.$ref.replace(/^.*\//, '') ?? ''];
  return {
    actions: all.flatMap(([name, one]) => actionOf(name, one, messageOf) ?? []).toSorted(byName),
    kinds: Object.values(components.parameters ?? {}).flatMap((one) => one['x-topic'] ?? []),
    events: all.flatMap(([name, one]) => {
      const { 'x-topics': topics, 'x-mode': mode = 'log', summary } = one;
      return topics ? [{ type: name.replace(/^event\./, ''), mode, topics, documentation: summary }] : [];
    }),
  };
}

const byName = (one: ActionView, other: ActionView) => (one.name < other.name ? -1 : 1);
const nothing: JsonSchema = { type: 'object', properties: {} };

function actionOf(
  name: string,
  operation: Operation,
  messageOf: (references?: readonly Reference[]) => Message | undefined,
): ActionView | undefined {
  const { 'x-roles': roles, 'x-http': http, tags, summary } = operation;
  const request = messageOf(operation.messages);
  // `ping` is no action: no function runs, and there is nothing to fill in.
  if (operation.action !== 'receive' || !roles || !request) return undefined;
  const { topic, payload = nothing } = request.payload.properties ?? {};
  const example = request.examples?.[0]?.payload;
  return {
    name,
    group: tags?.[0]?.name ?? 'domain',
    roles,
    documentation: summary,
    ...(topic && { topic }),
    payload,
    answer: messageOf(operation.reply?.messages)?.payload.properties?.payload ?? nothing,
    example: {
      ...(example?.topic !== undefined && { topic: example.topic }),
      payload: example?.payload ?? {},
    },
    ...(http && { httpPath: http.path }),
  };
}
