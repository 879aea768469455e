import { readFileSync } from 'node:fs';
import { expect, inject, test } from 'vitest';
import * as z from 'zod';
import type { JsonSchema } from '../../packages/protocol/asyncapi/jsonSchema.ts';
import type { Client, Frame } from '../support/client.ts';
import { newTenant } from '../support/flow.ts';

interface Message {
  readonly payload: JsonSchema;
  readonly examples: readonly { readonly payload: { readonly action: string } & Record<string, unknown> }[];
}

interface Document {
  readonly operations: Readonly<Record<string, { readonly action: string; readonly 'x-roles'?: unknown }>>;
  readonly components: { readonly messages: Readonly<Record<string, Message>> };
}

const { httpUrl } = inject('localStack');
const fetchDocument = (headers: Record<string, string> = {}) =>
  fetch(`${httpUrl}/asyncapi.json`, { headers });

test('5.2: anybody may read the contract as an AsyncAPI document', async () => {
  const answer = await fetchDocument();
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('application/json');
  expect(await answer.json()).toEqual(
    JSON.parse(readFileSync(new URL('../../docs/asyncapi.json', import.meta.url), 'utf8')),
  );
});

test('5.2: who has the document may keep it for a while, and asks afterwards whether it has changed', async () => {
  const first = await fetchDocument();
  expect(first.headers.get('cache-control')).toBe('public, max-age=300');
  const etag = first.headers.get('etag') ?? '';
  const again = await fetchDocument({ 'if-none-match': etag });
  expect({ status: again.status, body: await again.text() }).toEqual({ status: 304, body: '' });
  expect((await fetchDocument({ 'if-none-match': '"older"' })).status).toBe(200);
});

test('5.2: the examples of all actions can be sent as they are, and every frame that comes is as the contract says', async () => {
  const { operations, components } = (await (await fetchDocument()).json()) as Document;
  const tenant = newTenant();
  const roles = ['msp', 'client', 'admin', 'service'] as const;
  const sam = await tenant.connect({ user: 'sam', roles, clients: ['acme'] });
  const carla = await tenant.clientUser('carla', 'acme');
  await carla.ask('subscribe', { topic: 'room:lobby' });
  await sam.ask('subscribe', { topic: 'queue:2026-03-02' });
  const asked = new Map<string, string>();
  const askAll = async (names: readonly string[]) => {
    for (const name of names) {
      const [example] = components.messages[name]?.examples ?? [];
      const { action, ...rest } = example?.payload ?? { action: 'none' };
      const ref = `example-${asked.size}`;
      asked.set(ref, action);
      const answer = await sam.ask(action, { ...rest, ref } as never);
      expect(notUnderstood, `${action}: ${JSON.stringify(answer)}`).not.toContain(answer.payload.code);
    }
  };
  const names = Object.keys(operations).filter((name) => operations[name]?.['x-roles']);
  await askAll(names.filter((name) => name !== 'user.revoke'));
  const events = ['interaction', 'engagement', 'alert', 'message', 'notification', 'room.message'];
  for (const type of events) await carla.type(type);
  // It ends the connection of the one who is to see the events.
  await askAll(['user.revoke']);
  await carla.type('disconnect');
  await sam.settled();
  for (const frame of [...sam.transcript, ...carla.transcript]) {
    const message = messageOf(components.messages, frame, asked);
    if (message) expect(faults(message.payload, frame), JSON.stringify(frame)).toEqual([]);
  }
  expect(answered(sam)).toBe(asked.size);
});

const notUnderstood = ['bad_request', 'unknown_action', 'validation_failed', 'unknown_topic', 'internal'];

const answered = (client: Client) =>
  new Set(client.transcript.filter(({ ref }) => ref?.startsWith('example-')).map(({ ref }) => ref)).size;

/** The message that the contract has for a frame; nothing for answers to what the test asked beside the examples. */
function messageOf(messages: Document['components']['messages'], frame: Frame, asked: Map<string, string>) {
  const { type, ref = '' } = frame;
  if (type !== 'ack' && type !== 'subscribed') {
    const found = messages[`event.${type}`] ?? messages[type];
    if (!found) throw new Error(`the contract does not have ${JSON.stringify(frame)}`);
    return found;
  }
  return messages[`${asked.get(ref)}.${type}`];
}

/** What is wrong with a value, and which of its fields the contract does not name. */
function faults(schema: JsonSchema, value: unknown): string[] {
  const judged = z.fromJSONSchema(schema as z.core.JSONSchema.JSONSchema).safeParse(value);
  return [...(judged.error?.issues.map((issue) => issue.message) ?? []), ...unnamed(schema, value, '')];
}

const fewest = (a: string[], b: string[]) => (b.length < a.length ? b : a);

function unnamed(schema: JsonSchema, value: unknown, path: string): string[] {
  const { properties, items, additionalProperties, anyOf } = schema;
  if (anyOf) return anyOf.map((one) => unnamed(one, value, path)).reduce(fewest);
  const isLoose = typeof additionalProperties === 'object';
  if (Array.isArray(value)) return items ? value.flatMap((one) => unnamed(items, one, `${path}[]`)) : [];
  if (!properties || typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) => {
    const named = properties[key];
    if (named) return unnamed(named, one, `${path}.${key}`);
    return isLoose ? [] : [`${path}.${key}`];
  });
}
