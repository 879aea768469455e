import { expect, test } from 'vitest';
import { compileTemplate } from './mappingTemplate.ts';

test.each([
  '#set($x = 1)',
  '## a comment',
  '#if(true)a#end',
  '$input.body',
  '$util.escapeJavaScript("a")',
  '$stageVariables.x',
  '$!context.requestId',
  '$' + '{context.requestId}',
  '\\$context.requestId',
  '$context.httpMethod',
  '$context.requestId.substring',
])('Velocity beyond text and $context.X is refused at the start: %s', (template) => {
  expect(() => compileTemplate(template)).toThrow(/Mapping template/);
});

test('a template renders text and variables', () => {
  const render = compileTemplate(
    '{"cost":"$5 #1","at":$context.requestTimeEpoch,"who":"$context.authorizer.principalId"}',
  );
  const rendered = render({ requestTimeEpoch: 7, authorizer: { principalId: 'ada' } });
  expect(JSON.parse(rendered)).toEqual({ cost: '$5 #1', at: 7, who: 'ada' });
});

test('a variable without a value is the empty string', () => {
  expect(compileTemplate('[$context.messageId][$context.identity.userAgent]')({ identity: 'none' })).toBe(
    '[][]',
  );
});
