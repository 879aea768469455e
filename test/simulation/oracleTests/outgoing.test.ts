import { expect, it } from 'vitest';
import { judge } from '../oracle/oracle.ts';
import { recorded } from './recorded.ts';
import { tamperingWith } from './tampering.ts';

const evidence = recorded('short');
const { found, withLine, lines } = tamperingWith(evidence);

type Fields = Record<string, unknown>;
const details = lines.filter(({ k }) => k === 'bus').map(({ detail }) => detail as Fields);
const ids = details.map(({ id }) => id);

it('what really happened is in order: each marked event was told, some twice, and of both kinds of topic', () => {
  const { violations, exercised } = judge(evidence);
  expect(violations).toEqual([]);
  expect(exercised['marked events committed']).toBe(new Set(ids).size);
  expect(exercised['batches of the stream that came again']).toBeGreaterThan(0);
  expect(ids.length).toBeGreaterThan(new Set(ids).size);
  expect(details.some(({ topic }) => String(topic).startsWith('client:'))).toBe(true);
  expect(details.some(({ topic }) => topic === 'user:ada')).toBe(true);
});

it('a marked event that the event bus was never told is found', () => {
  const once = ids.findIndex((id) => ids.indexOf(id) === ids.lastIndexOf(id));
  expect(found(withLine('bus', () => [], once))).toEqual(new Set(['I19']));
});

it('one that was told twice is in order', () => {
  expect(found(withLine('bus', (line) => [line, line]))).toEqual(new Set());
});

it.each<[string, (detail: Fields) => Fields]>([
  ['that was never committed', (detail) => ({ ...detail, seq: Number(detail.seq) + 1000 })],
  ['of another tenant', (detail) => ({ ...detail, tenant: detail.tenant === 'north' ? 'south' : 'north' })],
  ['with another’s name', (detail) => ({ ...detail, from: 'nobody' })],
  ['on a topic that nobody else knows', (detail) => ({ ...detail, topic: 'user:me' })],
])('an event %s is found', (_, change) => {
  const changed = (line: Fields) => [line, { ...line, detail: change(line.detail as Fields) }];
  expect(found(withLine('bus', changed))).toEqual(new Set(['I19']));
});

it('an event that nobody marked is found', () => {
  const row = evidence.atEnd.find(
    ({ pk, frame }) =>
      String(pk).startsWith('LOG#north#client:') && JSON.parse(String(frame)).type === 'interaction',
  );
  const detail = { tenant: 'north', ...JSON.parse(String(row?.frame)) };
  const unmarked = { k: 'bus', t: 0, source: 'tidings.events', type: 'interaction', detail };
  expect(found(withLine('bus', (line) => [line, unmarked]))).toEqual(new Set(['I19']));
});
