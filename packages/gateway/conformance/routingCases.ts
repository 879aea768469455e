import { expect } from 'vitest';
import { cases, sources } from './conformanceCase.ts';
import type { Handler, RigOptions } from './rig.ts';
import { withRig } from './rig.ts';

const named =
  (name: string): Handler =>
  () => ({ statusCode: 200, body: name });

/** A gateway whose routes answer with their own key, so that a reply names the route that was taken. */
const routes = (
  keys: string[],
  routeSelectionExpression = '$request.body.action',
  more: RigOptions = {},
): RigOptions => ({
  functions: { echo: undefined, ...Object.fromEntries(keys.map((key) => [key, named(key)])) },
  api: { routeSelectionExpression },
  ...more,
});

const goes = (options: RigOptions, message: unknown, route: string) => () =>
  withRig(options, async (rig) => {
    const client = await rig.open();
    expect(await client.ask(message)).toBe(route);
  });

const chat = routes(['chat', '$default']);

export const routingCases = cases(
  ['D', sources.routes, 'the action of the body names the route', goes(chat, { action: 'chat' }, 'chat')],
  [
    'D',
    sources.routes,
    'an action without a route goes to $default',
    goes(chat, { action: 'other' }, '$default'),
  ],
  ['D', sources.routes, 'a body without an action goes to $default', goes(chat, { other: 1 }, '$default')],
  ['D', sources.routes, 'a body that is not JSON goes to $default', goes(chat, 'hello', '$default')],
  ['D', sources.routes, 'an empty message goes to $default', goes(chat, '', '$default')],
  ['D', sources.routes, 'a JSON body that is no object goes to $default', goes(chat, '"chat"', '$default')],
  ['D', sources.routes, 'a route key matches exactly', goes(chat, { action: 'chat ' }, '$default')],
  [
    'D',
    sources.routes,
    'a message cannot choose $connect or $disconnect',
    () =>
      withRig(chat, async (rig) => {
        const client = await rig.open();
        expect(await client.ask({ action: '$disconnect' })).toBe('$default');
        expect(await client.ask({ action: '$connect' })).toBe('$default');
        expect(rig.seen('$connect').all).toHaveLength(1);
        expect(rig.seen('$disconnect').all).toHaveLength(0);
      }),
  ],
  [
    'D',
    sources.routes,
    'a message cannot choose what every object inherits',
    goes(chat, { action: 'constructor' }, '$default'),
  ],
  [
    'D',
    sources.routes,
    'the routeKey of a $default event is $default',
    () =>
      withRig(chat, async (rig) => {
        const client = await rig.open();
        await client.ask({ action: 'other' });
        expect((await rig.seen('$default').next()).requestContext.routeKey).toBe('$default');
      }),
  ],
  [
    'O',
    sources.forbiddenFrame,
    'without a route and without $default: the Forbidden frame, as captured',
    () =>
      withRig({}, async (rig) => {
        const client = await rig.open();
        const frame = await client.ask({ action: 'nobody' });
        const { requestId } = JSON.parse(frame) as { requestId: string };
        expect(requestId).toMatch(/^[A-Za-z0-9_-]{15}=$/);
        expect(frame).toBe(
          `{"message": "Forbidden", "connectionId":"${client.connectionId}", "requestId":"${requestId}"}`,
        );
      }),
  ],
  [
    'O',
    sources.forbiddenFrame,
    'the connection stays open after the Forbidden frame',
    () =>
      withRig({}, async (rig) => {
        const client = await rig.open();
        await client.ask('nonsense');
        expect(await client.ask({ action: 'echo' })).toContain('echo');
      }),
  ],
  [
    'D',
    sources.selection,
    'a nested path can be selected',
    goes(routes(['b'], '$request.body.a.action'), { a: { action: 'b' } }, 'b'),
  ],
  [
    'D',
    sources.selection,
    'the variable may stand in braces',
    goes(routes(['b'], '$' + '{request.body.action}'), { action: 'b' }, 'b'),
  ],
  [
    'D',
    sources.selection,
    'variables and text can be put together',
    goes(
      routes(['news/join'], '$' + '{request.body.service}/$' + '{request.body.action}'),
      { service: 'news', action: 'join' },
      'news/join',
    ),
  ],
  [
    'D',
    sources.selection,
    'a missing path is the empty string',
    goes(
      routes(['join-'], '$' + '{request.body.action}-$' + '{request.body.missing}'),
      { action: 'join' },
      'join-',
    ),
  ],
  [
    'D',
    sources.selection,
    'the value is not evaluated once more',
    goes(
      routes(['$default'], '$request.body.action'),
      { action: '$' + '{request.body.other}', other: 'x' },
      '$default',
    ),
  ],
  [
    'D',
    sources.selection,
    'plain text always gives the same route',
    goes(routes(['same', '$default'], 'same'), { action: 'x' }, 'same'),
  ],
  [
    'D',
    sources.selection,
    'an escaped $default always gives $default',
    goes(routes(['chat', '$default'], '\\$default'), { action: 'chat' }, '$default'),
  ],
  [
    'D',
    sources.selection,
    'an element of an array can be selected',
    goes(routes(['b'], '$request.body.list[1]'), { list: ['a', 'b'] }, 'b'),
  ],
  [
    'D',
    sources.selection,
    'an array becomes text',
    goes(routes(['[a, b]'], '$request.body.list'), { list: ['a', 'b'] }, '[a, b]'),
  ],
  [
    'D',
    sources.selection,
    'all elements of an array can be selected',
    goes(routes(['[1, 2]'], '$request.body.list[*].id'), { list: [{ id: 1 }, { id: 2 }] }, '[1, 2]'),
  ],
  [
    'D',
    sources.selection,
    'a quoted name can be selected',
    goes(routes(['b'], "$request.body['my action']"), { 'my action': 'b' }, 'b'),
  ],
);
