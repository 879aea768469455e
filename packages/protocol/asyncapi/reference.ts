import { disconnectRules } from '../src/errors.ts';
import { whoOf } from './asyncapiDocument.ts';
import { errorCodes } from './errorCodes.ts';
import { fieldTable } from './fieldTable.ts';
import type { ActionModel, ContractModel, EventModel, FrameModel } from './model.ts';
import { securitySchemes } from './servers.ts';

/** The contract as one page of Markdown, for people. */
export function reference(model: ContractModel): string {
  const actionsOf = (group: ActionModel['group']) => model.actions.filter((one) => one.group === group);
  const parts = [
    '# Reference',
    'Every topic, action, event, frame and code. This page is written from the schemas by `npm run asyncapi`, as is the [AsyncAPI document](asyncapi.yaml) with the same content for programs. What the frames mean together is in [PROTOCOL.md](../packages/protocol/PROTOCOL.md).',
    contents(model),
    '## Connecting',
    table(
      ['credential', 'where', 'remarks'],
      Object.values(securitySchemes).map((one) => [
        `\`${one.name}\``,
        one.in === 'query' ? 'query of the address' : 'header of the handshake',
        one.description,
      ]),
    ),
    '## Topics',
    topics(model),
    '## Actions of a connection',
    'They need a socket.',
    ...actionsOf('connection').flatMap(action),
    ...ping(model),
    '## Actions of the domain',
    'They can be called by socket, by HTTP (`POST /actions/{action}`) and through the event bus. An answer with `dup: true` in its payload is the first one again: the `ref` was committed before.',
    ...actionsOf('domain').flatMap(action),
    '## Events',
    'An event names its `topic`, its own `id`, the time `ts` and, in `from`, the user who caused it. One in the log also has its position on the topic, `epoch` and `seq`.',
    ...model.events.flatMap(eventOf),
    '## Control frames',
    ...model.controls.flatMap(control),
    '## Error codes',
    table(
      ['code', 'try again', 'HTTP', 'meaning'],
      errorCodes.map(({ code, retryable, httpStatus, documentation }) => [
        `\`${code}\``,
        retryable ? 'yes' : 'no',
        String(httpStatus),
        documentation,
      ]),
    ),
    '## Codes of a close',
    table(
      ['code', 'reconnect', 'meaning'],
      Object.entries(disconnectRules).map(([code, { reconnect, documentation }]) => [
        code,
        reconnect,
        documentation,
      ]),
    ),
  ];
  return `${parts.join('\n\n')}\n`;
}

function contents({ actions, events, controls }: ContractModel): string {
  const links = (names: readonly string[], prefix: string) =>
    names.map((name) => `[\`${name}\`](#${prefix}-${name.replaceAll('.', '-')})`).join(' · ');
  return [
    `- Actions: ${links(
      [...actions.filter(({ group }) => group === 'connection').map(({ name }) => name), 'ping'],
      'action',
    )} · ${links(
      actions.filter(({ group }) => group === 'domain').map(({ name }) => name),
      'action',
    )}`,
    `- Events: ${links(
      events.map(({ name }) => name),
      'event',
    )}`,
    `- Control frames: ${links(
      controls.map(({ name }) => name),
      'frame',
    )}`,
  ].join('\n');
}

function topics({ topics: documents }: ContractModel): string {
  return table(
    ['topic', 'who may subscribe', 'joined on open', 'what it brings', 'snapshot'],
    documents.map(({ address, who, feedOf, documentation, snapshot }) => [
      `\`${address}\``,
      who,
      feedOf ?? '',
      documentation,
      snapshot ? `\`${snapshot}\`` : '',
    ]),
  );
}

function action({ name, roles, documentation, request, answer }: ActionModel): string[] {
  const topic = request.schema.properties?.topic;
  const asked = fieldTable(request.schema.properties?.payload);
  const answered = fieldTable(answer.schema.properties?.payload);
  return [
    heading('action', name),
    documentation,
    `Who: ${whoOf(roles)}.${topic ? ' The frame names a `topic`.' : ''}`,
    ...(asked ? ['Payload:', asked] : ['No payload.']),
    ...(answered
      ? [`Answer, in the payload of \`${answer.name}\`:`, answered]
      : [`Answer: \`${answer.name}\`, empty.`]),
    frames([...request.examples, ...answer.examples]),
  ];
}

function ping({ ping: { name, documentation, examples } }: ContractModel): string[] {
  return [heading('action', name), documentation, frames(examples)];
}

function eventOf({ name, mode, topics: homes, documentation, schema, examples }: EventModel): string[] {
  const on = homes.map((one) => `\`${one}\``).join(', ');
  const kept = mode === 'log' ? 'numbered and replayable' : 'ephemeral: no number, never replayed';
  return [
    heading('event', name),
    documentation,
    `On ${on}; ${kept}.`,
    fieldTable(schema.properties?.payload) ?? 'The payload is empty.',
    frames(examples),
  ];
}

function control({ name, documentation, schema, examples }: FrameModel): string[] {
  const fields = fieldTable(schema.properties?.payload);
  return [heading('frame', name), documentation, ...(fields ? [fields] : []), frames(examples)];
}

/** A name may be that of an action and of an event, so the anchor says which. */
function heading(prefix: string, name: string): string {
  return `<a id="${prefix}-${name.replaceAll('.', '-')}"></a>\n\n### \`${name}\``;
}

function frames(examples: readonly object[]): string {
  return `\`\`\`json\n${examples.map((one) => JSON.stringify(one)).join('\n')}\n\`\`\``;
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(columns), `|${'---|'.repeat(columns.length)}`, ...rows.map(line)].join('\n');
}
