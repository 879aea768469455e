import { beforeEach, expect, test } from 'vitest';
import { type MemoryRuntime, memoryRuntime, principal } from '../../../test/support/memoryRuntime.ts';
import { connect } from '../../connect.ts';
import { forget } from '../../connections.ts';
import type { Table } from '../../ports.ts';
import { handleFrame } from '../../router.ts';

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
    if (JSON.stringify(writes).includes('Why?')) await forget(table, 'c1', memory.clock.now());
    return outcome;
  },
});

test('a question is acknowledged that was taken on, also where its connection ended meanwhile', async () => {
  const runtime = { ...memory, table: endingWith(memory.table) };
  const body = JSON.stringify({ action: 'assistant.ask', ref: 'r', payload: { text: 'Why?' } });
  const answer = await handleFrame(runtime, { connectionId: 'c1', requestId: 'q', body });
  expect(answer).toMatchObject({ type: 'ack', ref: 'r', payload: { streamId: expect.any(String) } });
  expect(memory.work.streams.waiting()).toHaveLength(1);
});
