import { describe, expect, test } from 'vitest';
import { likelyUnknowns } from '../src/index.ts';
import { authorizerCases } from './authorizerCases.ts';
import { closeCases } from './closeCases.ts';
import { configCases } from './configCases.ts';
import { connectEventCases } from './connectEventCases.ts';
import { eventCases } from './eventCases.ts';
import { frameOrderCases } from './frameOrderCases.ts';
import { handshakeCases } from './handshakeCases.ts';
import { handshakeRuleCases } from './handshakeRuleCases.ts';
import { httpAnswerCases } from './httpAnswerCases.ts';
import { httpApiCases } from './httpApiCases.ts';
import { httpCases } from './httpCases.ts';
import { limitCases } from './limitCases.ts';
import { managementCases } from './managementCases.ts';
import { managementErrorCases } from './managementErrorCases.ts';
import { policyCases } from './policyCases.ts';
import { replyCases } from './replyCases.ts';
import { routingCases } from './routingCases.ts';
import { throttleCases } from './throttleCases.ts';
import { unknownCases } from './unknownCases.ts';
import { unknownHandshakeCases } from './unknownHandshakeCases.ts';

const table = {
  'what can be deployed': configCases,
  'the handshake': [...handshakeCases, ...handshakeRuleCases],
  'the authorizer': [...authorizerCases, ...policyCases],
  events: [...connectEventCases, ...eventCases],
  'route selection': routingCases,
  'replies and integrations': replyCases,
  'limits and closing': [...limitCases, ...throttleCases, ...closeCases, ...frameOrderCases],
  '@connections': [...managementCases, ...managementErrorCases],
  'what AWS does not document': [...unknownHandshakeCases, ...unknownCases],
  'HTTP APIs': [...httpCases, ...httpApiCases, ...httpAnswerCases],
};
const all = Object.values(table).flat();

for (const [part, rows] of Object.entries(table)) {
  describe(part, () => {
    for (const { mark, rule, source, prove } of rows) test(`[${mark}] ${rule} <${source}>`, prove);
  });
}

describe('the table', () => {
  test('has at least 150 cases', () => {
    expect(all.length).toBeGreaterThanOrEqual(150);
  });

  test('gives an address for everything that is documented or observed', () => {
    const without = all.filter(({ mark, source }) => mark !== 'U' && !source.startsWith('https://'));
    expect(without.map(({ rule }) => rule)).toEqual([]);
  });

  test('says each rule once', () => {
    const rules = all.map(({ rule }) => rule);
    expect(rules.filter((rule, at) => rules.indexOf(rule) !== at)).toEqual([]);
  });

  test('shows every switch in its likelier position and in another one', () => {
    const shown = new Map<string, number>();
    for (const { source } of all) shown.set(source, (shown.get(source) ?? 0) + 1);
    const missing = Object.keys(likelyUnknowns).filter((key) => (shown.get(`unknowns.${key}`) ?? 0) < 2);
    expect(missing).toEqual([]);
  });
});
