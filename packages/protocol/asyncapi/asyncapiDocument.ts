import type { Role } from '../src/contract.ts';
import { disconnectRules } from '../src/errors.ts';
import { errorCodes } from './errorCodes.ts';
import type { ActionModel, ContractModel, EventModel, FrameModel } from './model.ts';
import { securitySchemes, servers } from './servers.ts';

export interface AsyncapiOptions {
  /** The release that the document describes. */
  readonly version: string;
}

const description = `A client opens one socket, sends requests as JSON text frames, and gets for each exactly one answer; events of the topics that it follows come by themselves.

A request with a \`ref\` may be repeated until it is answered: it has its effect once, and is answered again with \`payload.dup\`. Events in the log have the numbers \`epoch\` and \`seq\` of their topic, without holes: what was missed comes again by \`subscribe\` with \`since\`. Readers ignore fields and types that they do not know.

Every action of the group \`domain\` can also be called by HTTP: \`POST /actions/{action}\` with \`Authorization: Bearer <JWT>\` and \`{ref?, topic?, payload?}\`. The answer is the same frame, with the HTTP status of its error code.`;

/** The contract as an AsyncAPI 3.0 document, seen from the server: it receives requests and sends the rest. */
export function asyncapiDocument(model: ContractModel, { version }: AsyncapiOptions): object {
  const messages = messagesOf(model);
  return {
    asyncapi: '3.0.0',
    id: 'urn:tidings:v1',
    info: {
      title: 'Tidings',
      version,
      description,
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    defaultContentType: 'application/json',
    servers,
    channels: { socket: socket(messages) },
    operations: {
      ...Object.fromEntries(model.actions.map((one) => [one.name, actionOperation(one)])),
      ping: {
        ...operation('receive', model.ping, 'ping'),
        reply: { channel: channelRef, messages: [ref('pong')] },
      },
      ...Object.fromEntries(model.events.map((one) => [eventKey(one), eventOperation(one)])),
      ...Object.fromEntries(model.controls.map((one) => [controlKey(one), operation('send', one, one.name)])),
    },
    components: { messages, parameters: parametersOf(model), securitySchemes },
    'x-error-codes': Object.fromEntries(errorCodes.map(({ code, ...rule }) => [code, rule])),
    'x-disconnect-codes': disconnectRules,
  };
}

const channelRef = { $ref: '#/channels/socket' };
const ref = (message: string) => ({ $ref: `#/channels/socket/messages/${message}` });

// An event may have the name of an action (`notification.read`), and so may an answer: `stats`.
const answerKey = (action: ActionModel) => `${action.name}.${action.answer.name}`;
const eventKey = (event: EventModel) => `event.${event.name}`;
const controlKey = (control: FrameModel) => `control.${control.name}`;

function messagesOf({ actions, events, controls, ping }: ContractModel): Record<string, object> {
  return Object.fromEntries([
    ...actions.flatMap((one) => [
      [one.name, message(one.request, `Request ${one.name}`, 'requests')],
      [answerKey(one), message(one.answer, `Answer to ${one.name}`, 'answers')],
    ]),
    ['ping', message(ping, 'Request ping', 'requests')],
    ...events.map((one) => [eventKey(one), message(one, `Event ${one.name}`, 'events')]),
    ...controls.map((one) => [one.name, message(one, `Frame ${one.name}`, 'control frames')]),
  ]);
}

function message({ name, documentation, schema, examples }: FrameModel, title: string, tag: string): object {
  return {
    name,
    title,
    summary: documentation,
    contentType: 'application/json',
    tags: [{ name: tag }],
    ...(schema.properties?.ref && { correlationId: { location: '$message.payload#/ref' } }),
    payload: schema,
    examples: examples.map((payload) => ({ payload })),
  };
}

function socket(messages: Record<string, object>): object {
  return {
    address: '/',
    title: 'The socket',
    description:
      'One connection for everything: each frame is one JSON text message of at most 32,000 bytes.',
    messages: Object.fromEntries(
      Object.keys(messages).map((key) => [key, { $ref: `#/components/messages/${key}` }]),
    ),
    bindings: {
      ws: {
        method: 'GET',
        query: {
          type: 'object',
          properties: {
            ticket: { type: 'string', description: securitySchemes.ticket.description },
            token: { type: 'string', description: securitySchemes.query.description },
          },
        },
        headers: {
          type: 'object',
          properties: {
            'Sec-WebSocket-Protocol': {
              type: 'string',
              description: securitySchemes.subprotocol.description,
            },
          },
        },
        bindingVersion: '0.1.0',
      },
    },
  };
}

function operation(action: 'receive' | 'send', { documentation }: FrameModel, key: string): object {
  return { action, channel: channelRef, summary: documentation, messages: [ref(key)] };
}

function actionOperation(action: ActionModel): object {
  const { name, group, roles, request } = action;
  return {
    ...operation('receive', request, name),
    description: `Who: ${whoOf(roles)}.`,
    tags: [{ name: group }],
    reply: { channel: channelRef, messages: [ref(answerKey(action)), ref('error')] },
    'x-roles': roles,
    ...(group === 'domain' && { 'x-http': { method: 'POST', path: `/actions/${name}` } }),
  };
}

function eventOperation(event: EventModel): object {
  const { mode, topics } = event;
  return {
    ...operation('send', event, eventKey(event)),
    description:
      mode === 'log'
        ? `On ${topics.join(', ')}. In the log: numbered, and replayed to who missed it.`
        : `On ${topics.join(', ')}. Ephemeral: without a number, and never replayed.`,
    tags: [{ name: mode }],
    'x-mode': mode,
    'x-topics': topics,
  };
}

/** Who may call an action at all, in words. */
export function whoOf(roles: readonly Role[] | 'any'): string {
  return roles === 'any' ? 'any role' : roles.join(', ');
}

/** The topics, each as what a frame's `topic` may be: in words for people, and as fields for programs that draw them. */
function parametersOf({ topics }: ContractModel) {
  return Object.fromEntries(
    topics.map(({ name, ...topic }) => {
      const { address, example, who, feedOf, documentation, snapshot } = topic;
      const parameter = {
        description: [
          `\`${address}\`: ${documentation} Who may subscribe: ${who}.`,
          ...(feedOf ? [`Joined on open: ${feedOf}.`] : []),
          ...(snapshot ? [`Snapshot: \`${snapshot}\`.`] : []),
        ].join(' '),
        examples: [example],
        location: '$message.payload#/topic',
        'x-topic': topic,
      };
      return [name, parameter];
    }),
  );
}
