import type { ActionContract, EventContract } from '../src/contract.ts';
import type { ControlFrame } from './controlFrames.ts';
import { type JsonSchema, jsonSchemaOf } from './jsonSchema.ts';
import { homesOf, type TopicDocument, topicSchema, topicsFor } from './topicDocuments.ts';

type Properties = Readonly<Record<string, JsonSchema>>;

const ref: JsonSchema = {
  type: 'string',
  minLength: 1,
  maxLength: 64,
  description:
    'Ties the answer to the request; for an action that changes something also its idempotency key, for 24 h.',
};
const time: JsonSchema = { type: 'integer', description: 'Milliseconds since 1970, UTC.' };
const dup: JsonSchema = {
  type: 'boolean',
  const: true,
  description: 'This is the first answer again: the `ref` was committed before, and nothing changed.',
};

function frame(properties: Properties, optional: readonly string[] = []): JsonSchema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', properties, required };
}

/** The frame by which a client asks for an action. */
export function requestFrame(
  name: string,
  { topic = 'none', payload }: ActionContract,
  topics: readonly TopicDocument[],
): JsonSchema {
  const schema = jsonSchemaOf(payload);
  const mayBeAbsent = (schema.required ?? []).length === 0;
  return frame(
    {
      action: { type: 'string', const: name },
      ref,
      ...(topic !== 'none' && {
        topic: topicSchema(topicsFor(topics, topic), 'The topic that it is about.'),
      }),
      payload: schema,
    },
    ['ref', ...(mayBeAbsent ? ['payload'] : [])],
  );
}

/** The frame that answers an action which succeeded. */
export function answerFrame(
  { topic = 'none', answer, reply, group = 'domain' }: ActionContract,
  topics: readonly TopicDocument[],
): JsonSchema {
  const schema = jsonSchemaOf(answer);
  const payload = group === 'domain' ? withDup(schema) : schema;
  return frame(
    {
      type: { type: 'string', const: reply ?? 'ack' },
      ref,
      ts: time,
      ...(topic !== 'none' && { topic: topicSchema(topicsFor(topics, topic), 'As the request named it.') }),
      payload,
    },
    ['ref'],
  );
}

function withDup(schema: JsonSchema): JsonSchema {
  if (schema.anyOf) return { ...schema, anyOf: schema.anyOf.map(withDup) };
  return { ...schema, properties: { ...schema.properties, dup } };
}

/** The frame that brings an event. */
export function eventFrame(
  type: string,
  { mode = 'log', topics: homes, payload }: EventContract,
  topics: readonly TopicDocument[],
): JsonSchema {
  const numbered: Properties = {
    epoch: { type: 'string', description: 'Which numbering `seq` belongs to.' },
    seq: {
      type: 'integer',
      minimum: 1,
      description: 'The number of the event on its topic, from 1 without holes.',
    },
  };
  const properties = {
    type: { type: 'string', const: type },
    topic: topicSchema(homesOf(topics, homes), "The event's one home topic."),
    ...(mode === 'log' && numbered),
    id: { type: 'string', description: "The event's own id: the same on every delivery." },
    from: { type: 'string', description: 'The user who caused it.' },
    ts: time,
    payload: jsonSchemaOf(payload),
  };
  // An ephemeral event may have no sender: a user may leave a topic by losing the network.
  return frame(properties, mode === 'log' ? [] : ['from']);
}

/** A frame of the server that is neither the answer of one action nor an event. */
export function controlFrameSchema(
  { type, carries, payload }: ControlFrame,
  topics: readonly TopicDocument[],
): JsonSchema {
  const carried: Properties = {
    ref,
    topic: topicSchema(topics, 'The topic that it is about.'),
    ts: time,
  };
  return frame(
    {
      type: { type: 'string', const: type },
      ...Object.fromEntries(Object.entries(carried).filter(([name]) => (carries as string[]).includes(name))),
      ...(payload && { payload: jsonSchemaOf(payload) }),
    },
    ['ref'],
  );
}

/** The frame that asks for a `pong`. No function runs, so it is no action. */
export const pingFrame: JsonSchema = frame({ action: { type: 'string', const: 'ping' } });
