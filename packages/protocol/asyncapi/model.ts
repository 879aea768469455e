import { actions, events } from '../src/actions.ts';
import type { ActionContract, EventContract, Role } from '../src/contract.ts';
import { type ControlFrame, controlFrames } from './controlFrames.ts';
import { examplesOf } from './exampleOf.ts';
import { answerFrame, controlFrameSchema, eventFrame, pingFrame, requestFrame } from './frames.ts';
import type { JsonSchema } from './jsonSchema.ts';
import { addressesFor, topicExample } from './topicKinds.ts';

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
  readonly group: ActionContract['group'];
  readonly roles: readonly Role[] | 'any';
  readonly documentation: string;
  readonly request: FrameModel;
  readonly answer: FrameModel;
}

export interface EventModel extends FrameModel {
  readonly mode: EventContract['mode'];
  readonly topics: readonly string[];
}

/** The whole contract, with examples: what the documents are written from. */
export interface ContractModel {
  readonly actions: readonly ActionModel[];
  readonly events: readonly EventModel[];
  readonly controls: readonly FrameModel[];
  readonly ping: FrameModel;
}

const ts = 1_767_254_400_000;
const numbered = { epoch: 'e5k2m9', seq: 7 };

/** @throws Error naming the contract that no valid example could be found for. */
export function contractModel(
  contracts: Iterable<ActionContract> = actions.values(),
  eventContracts: readonly EventContract[] = events,
): ContractModel {
  return {
    actions: [...contracts].map(actionModel),
    events: eventContracts.map(eventModel),
    controls: controlFrames.map(controlModel),
    ping: {
      name: 'ping',
      documentation: 'Asks for a `pong`. It carries no `ref`: have one under way at a time.',
      schema: pingFrame,
      examples: [{ action: 'ping' }],
    },
  };
}

function actionModel(contract: ActionContract): ActionModel {
  const { name, group, roles, documentation, reply = 'ack' } = contract;
  const request = requestFrame(contract);
  const answer = answerFrame(contract);
  const addresses = addressesFor(contract.topic);
  const topic = addresses.length > 0 ? { topic: topicExample(addresses) } : {};
  const asked = validExample(contract.payload, request.properties?.payload, `${name} payload`);
  const answered = validExample(contract.answer, answer.properties?.payload, `${name} answer`);
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

function eventModel(contract: EventContract): EventModel {
  const { type, mode, topics, documentation } = contract;
  const schema = eventFrame(contract);
  const payload = validExample(contract.payload, schema.properties?.payload, `${type} event`);
  const position = mode === 'log' ? numbered : {};
  const cause = mode === 'log' ? { from: 'sam' } : {};
  const example = { type, topic: topicExample(topics), ...position, id: 'f3a81c', ...cause, ts, payload };
  return { name: type, documentation, mode, topics, schema, examples: [example] };
}

function controlModel(control: ControlFrame): FrameModel {
  const { type, documentation, examples } = control;
  return {
    name: type,
    documentation,
    schema: controlFrameSchema(control),
    examples: examples.map((example) => ({ type, ...example })),
  };
}

/** The first example that the contract's own schema accepts, with the checks that JSON Schema cannot say. */
function validExample(contract: ActionContract['answer'], schema: JsonSchema | undefined, name: string) {
  for (const example of examplesOf(schema ?? {}, name)) {
    if (contract.safeParse(example).success) return example;
  }
  throw new Error(`no example of the ${name} is valid: give its schema one, with z.meta({ examples: […] })`);
}

const hasFields = (value: unknown) =>
  typeof value === 'object' && value !== null && Object.keys(value).length > 0;
