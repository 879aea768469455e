import type { ActionContract, Contract, EventContract, Role } from '../src/contract.ts';
import { type ControlFrame, controlFrames } from './controlFrames.ts';
import { examplesOf } from './exampleOf.ts';
import { answerFrame, controlFrameSchema, eventFrame, pingFrame, requestFrame } from './frames.ts';
import type { JsonSchema } from './jsonSchema.ts';
import { homesOf, type TopicDocument, topicDocuments, topicExample, topicsFor } from './topicDocuments.ts';
import { usualValues } from './usualValues.ts';

/** A frame that goes one way over the socket. */
export interface FrameModel {
  /** The action or the type. */
  readonly name: string;
  readonly documentation: string;
  readonly schema: JsonSchema;
  readonly examples: readonly object[];
}

export interface ActionModel {
  readonly name: string;
  readonly group: NonNullable<ActionContract['group']>;
  readonly roles: readonly Role[] | 'any';
  readonly documentation: string;
  readonly request: FrameModel;
  readonly answer: FrameModel;
}

export interface EventModel extends FrameModel {
  readonly mode: NonNullable<EventContract['mode']>;
  readonly topics: readonly string[];
}

/** The whole contract, with examples: what the documents are written from. */
export interface ContractModel {
  readonly topics: readonly TopicDocument[];
  readonly actions: readonly ActionModel[];
  readonly events: readonly EventModel[];
  readonly controls: readonly FrameModel[];
  readonly ping: FrameModel;
}

const ts = 1_767_254_400_000;
const numbered = { epoch: 'e5k2m9', seq: 7 };

/** What examples are made with. */
interface ModelContext {
  readonly topics: readonly TopicDocument[];
  readonly usual: Readonly<Record<string, unknown>>;
}

/** @throws Error naming the contract that no valid example could be found for. */
export function contractModel(contracts: readonly Contract[]): ContractModel {
  const topics = topicDocuments(contracts);
  const topic = topicExample(topics, topics);
  const shared = { ...usualValues, topic, ...examplesForOthers(contracts) };
  return {
    topics,
    actions: contracts.flatMap(({ actions = {}, examples }) => {
      const context = { topics, usual: { ...shared, ...examples } };
      return Object.entries(actions).map(([name, one]) => actionModel(name, one, context));
    }),
    events: contracts.flatMap(({ events = {}, examples }) => {
      const context = { topics, usual: { ...shared, ...examples } };
      return Object.entries(events).map(([type, one]) => eventModel(type, one, context));
    }),
    controls: controlFrames.map((control) => controlModel(control, topics, topic)),
    ping: {
      name: 'ping',
      documentation: 'Asks for a `pong`. It carries no `ref`: have one under way at a time.',
      schema: pingFrame,
      examples: [{ action: 'ping' }],
    },
  };
}

function actionModel(name: string, contract: ActionContract, context: ModelContext): ActionModel {
  const { group = 'domain', roles, documentation, reply = 'ack' } = contract;
  const request = requestFrame(name, contract, context.topics);
  const answer = answerFrame(contract, context.topics);
  const about = topicsFor(context.topics, contract.topic);
  const topic = about.length > 0 ? { topic: topicExample(about, context.topics) } : {};
  const asked = validExample(contract.payload, request.properties?.payload, `${name} payload`, context);
  const answered = validExample(contract.answer, answer.properties?.payload, `${name} answer`, context);
  return {
    name,
    group,
    roles,
    documentation,
    request: {
      name,
      documentation,
      schema: request,
      examples: [{ action: name, ref: '1', ...topic, ...(hasFields(asked) && { payload: asked }) }],
    },
    answer: {
      name: reply,
      documentation: `Answers \`${name}\`.`,
      schema: answer,
      examples: [{ type: reply, ref: '1', ts, ...topic, payload: answered }],
    },
  };
}

function eventModel(type: string, contract: EventContract, context: ModelContext): EventModel {
  const { mode = 'log', documentation } = contract;
  const homes = homesOf(context.topics, contract.topics);
  const schema = eventFrame(type, contract, context.topics);
  const payload = validExample(contract.payload, schema.properties?.payload, `${type} event`, context);
  const position = mode === 'log' ? numbered : {};
  const cause = mode === 'log' ? { from: 'sam' } : {};
  const example = {
    type,
    topic: topicExample(homes, context.topics),
    ...position,
    id: 'f3a81c',
    ...cause,
    ts,
    payload,
  };
  const topics = homes.map(({ address }) => address);
  return { name: type, documentation, mode, topics, schema, examples: [example] };
}

/** The examples for one action or event (`hello.topic`). A feature may give them for those of the engine too. */
function examplesForOthers(contracts: readonly Contract[]): Record<string, unknown> {
  const all = contracts.flatMap(({ examples = {} }) => Object.entries(examples));
  return Object.fromEntries(all.filter(([name]) => name.includes('.')));
}

function controlModel(control: ControlFrame, topics: readonly TopicDocument[], topic: string): FrameModel {
  const { type, documentation, examples, carries } = control;
  const named = carries.includes('topic') ? { topic } : {};
  return {
    name: type,
    documentation,
    schema: controlFrameSchema(control, topics),
    examples: examples.map((example) => ({ type, ...named, ...example })),
  };
}

/** The first example that the contract's own schema accepts, with the checks that JSON Schema cannot say. */
function validExample(
  contract: ActionContract['answer'],
  schema: JsonSchema | undefined,
  name: string,
  { usual }: ModelContext,
) {
  for (const example of examplesOf(schema ?? {}, name, usual)) {
    if (contract.safeParse(example).success) return example;
  }
  throw new Error(`no example of the ${name} is valid: give its schema one, with z.meta({ examples: […] })`);
}

const hasFields = (value: unknown) =>
  typeof value === 'object' && value !== null && Object.keys(value).length > 0;
