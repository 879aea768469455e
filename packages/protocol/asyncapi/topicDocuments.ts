import type * as z from 'zod/mini';
import type { ActionContract, Contract, Followed, TopicContract } from '../src/contract.ts';
import { idPattern } from '../src/topics.ts';
import { type JsonSchema, jsonSchemaOf } from './jsonSchema.ts';
import { shapeOf } from './shapeOf.ts';

/** A kind of topic, for people and for programs that read the contract. */
export interface TopicDocument {
  /** What it is called where documents list it. */
  readonly name: string;
  readonly kind: string;
  /** As the wire names it, with what varies in angle brackets. */
  readonly address: string;
  /** The part in angle brackets, as a pattern. */
  readonly varies?: string;
  readonly example: string;
  readonly who: string;
  /** Who is joined to it on open, without asking; absent: it is subscribed to. */
  readonly feedOf?: string;
  readonly documentation: string;
  /** The fields of its snapshot. */
  readonly snapshot?: string;
  /** Whether those who follow it are told of each other. */
  readonly presence: boolean;
  /** Whether who subscribes may ask for the last events that are kept. */
  readonly history: boolean;
}

const anyId = idPattern.source.slice(1, -1);

/** Every kind of topic of these contracts. The snapshot of `user:me` is made of the parts of all of them. */
export function topicDocuments(contracts: readonly Contract[]): TopicDocument[] {
  const parts = contracts.flatMap(({ user }) => user ?? []);
  return contracts.flatMap(({ topics = {} }) =>
    Object.entries(topics).flatMap(([kind, declared]) => documentsOf(kind, declared, parts)),
  );
}

function documentsOf(
  kind: string,
  declared: TopicContract,
  userParts: readonly z.ZodMiniObject[],
): TopicDocument[] {
  const { id, all, presence = false, history = false } = declared;
  const address = kind === 'user' ? 'user:me' : kind + (id ? `:<${id.shape}>` : '');
  const own: TopicDocument = {
    name: kind,
    kind,
    presence,
    history,
    address,
    ...(id && { varies: id.pattern ?? anyId }),
    example: id ? `${kind}:${id.example}` : address,
    ...described(declared, kind === 'user' ? userParts : []),
  };
  if (!all) return [own];
  const every = { address: `${kind}:*`, example: `${kind}:*`, ...described(all) };
  const name = kind.endsWith('s') ? `all-${kind}` : `${kind}s`;
  return [own, { name, kind, presence: false, history: false, ...every }];
}

function described(
  { who, feedOf, documentation, snapshot }: Followed,
  parts: readonly z.ZodMiniObject[] = [],
) {
  const schemas = [...(snapshot ? [snapshot] : []), ...parts].map(jsonSchemaOf);
  return {
    who,
    ...(feedOf !== undefined && { feedOf }),
    documentation,
    ...(schemas.length > 0 && { snapshot: shapeOf(schemas) }),
  };
}

/** The schema of a `topic` that is one of these. */
export function topicSchema(documents: readonly TopicDocument[], description: string): JsonSchema {
  const [only] = documents;
  if (documents.length === 1 && only && only.varies === undefined) {
    return { type: 'string', const: only.address, description };
  }
  const patterns = documents.map(({ address, varies }) =>
    address.replaceAll('*', '\\*').replace(/<.*>/, () => varies ?? ''),
  );
  return { type: 'string', pattern: `^(${patterns.join('|')})$`, description };
}

/** A topic that one of these stands for; where any may be named, one of many. */
export function topicExample(documents: readonly TopicDocument[], all: readonly TopicDocument[]): string {
  const isAny = documents.length === all.length;
  return ((isAny && documents.find(({ varies }) => varies !== undefined)) || documents[0])?.example ?? '';
}

/** What an action may name as its topic: any, those of some kinds, or those whose followers are told of each other. */
export function topicsFor(
  all: readonly TopicDocument[],
  topic: ActionContract['topic'] = 'none',
): readonly TopicDocument[] {
  if (topic === 'any') return all;
  if (topic === 'presence') return all.filter(({ presence }) => presence);
  return all.filter(({ kind, varies }) => [topic].flat().includes(kind) && varies !== undefined);
}

/** The homes of an event. One that is a topic of a feature which the app has not is none. */
export function homesOf(
  all: readonly TopicDocument[],
  topics: readonly string[] | 'presence',
): readonly TopicDocument[] {
  if (topics === 'presence') return topicsFor(all, 'presence');
  return topics.flatMap((address) => all.find((one) => one.address === address) ?? []);
}
