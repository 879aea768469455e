import { beforeEach, expect, test } from 'vitest';
import { handleFrame } from '../../core/api/router.ts';
import { connect } from '../../core/connections/connect.ts';
import { endConnection } from '../../core/connections/endConnection.ts';
import type { Table } from '../../core/ports.ts';
import { type MemoryRuntime, memoryRuntime, principal } from '../../test/support/memoryRuntime.ts';

let memory: MemoryRuntime;
beforeEach(async () => {
  memory = memoryRuntime();
  memory.sockets.open('c1');
  await connect(memory, 'c1', principal(memory));
});

/** The table on which a connection ends in the moment in which a question was taken on. */
const endingWith = (table: Table): Table => ({
  ...table,
  async transact(writes, token) {
    const outcome = await table.transact(writes, token);
    if (JSON.stringify(writes).includes('Why?')) await endConnection(memory, 'c1', { socket: 'gone' });
    return outcome;
  },
});

test('neither feeds nor a conversation that is followed already count against a question', async () => {
  const limits = { ...memory.settings.limits, topicsPerConnection: 1 };
  const runtime = { ...memory, settings: { ...memory.settings, limits } };
  const ask = async (ref: string, more: object = {}) => {
    const body = JSON.stringify({ action: 'assistant.ask', ref, payload: { text: 'Why?', ...more } });
    const { type, payload } = await handleFrame(runtime, { connectionId: 'c1', requestId: ref, body });
    return { type, ...(payload as { conversationId?: string; code?: string }) };
  };
  const { type, conversationId } = await ask('first');
  expect(type).toBe('ack');
  expect(await ask('another')).toMatchObject({ code: 'limit_exceeded' });
  // It waits for its answer: that is all that is wrong with it.
  expect(await ask('more', { conversationId })).toMatchObject({ code: 'conflict' });
});

test('a question is acknowledged that was taken on, also where its connection ended meanwhile', async () => {
  const runtime = { ...memory, table: endingWith(memory.table) };
  const body = JSON.stringify({ action: 'assistant.ask', ref: 'r', payload: { text: 'Why?' } });
  const answer = await handleFrame(runtime, { connectionId: 'c1', requestId: 'q', body });
  expect(answer).toMatchObject({ type: 'ack', ref: 'r', payload: { streamId: expect.any(String) } });
  expect(memory.work.stream.waiting()).toHaveLength(1);
});
