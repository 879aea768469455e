import { type EventFrame, isCollection } from '@tidings/protocol';
import type { CallOf } from '../../core/call.ts';
import { invalidField } from '../../core/invalidField.ts';
import { keys } from '../../core/keys.ts';
import { answerBudget, rowsThatFit } from '../../core/log/answerBudget.ts';
import { fillPage } from '../../core/log/fillPage.ts';
import { logged } from '../../core/log/loggedEvent.ts';
import { readHead } from '../../core/log/topicHead.ts';
import type { Row } from '../../core/ports.ts';
import { maySubscribe, retentionMsOf } from '../../core/topics.ts';
import { askedTopic } from './askedTopic.ts';
import type { consoleContract } from './contract.ts';
import { defaultLimit } from './page.ts';

/** The newest events of a topic that are kept. What is in them is for those who may subscribe to it, and nobody else. */
export async function readLog(call: CallOf<typeof consoleContract, 'topic.log'>) {
  const { runtime, principal, payload } = call;
  const { app, table, clock } = runtime;
  const { before = Number.POSITIVE_INFINITY, limit = defaultLimit } = payload;
  const topic = askedTopic(call);
  if (isCollection(topic)) {
    throw invalidField(
      'payload.topic',
      'stands for all topics of its kind, each of which has its own events',
    );
  }
  const head = await readHead(table, principal.tenant, topic);
  if (!head) return { events: [], epoch: null, more: false };
  const { epoch, seq } = head;
  const range = {
    pk: keys.logPartition(principal.tenant, topic, epoch),
    to: keys.log(principal.tenant, topic, epoch, Math.min(before - 1, seq)).sk,
    descending: true,
    only: ['frame', 'at'],
    limit: limit + 1,
  };
  const budget = answerBudget();
  const rows = rowsThatFit(table, range, budget, (row) => logged(row).frame.length);
  const mayRead = maySubscribe(app, principal, topic);
  const kept = keptRows(rows, clock.now() - retentionMsOf(runtime, topic));
  const toEntry = (row: Row) => entryOf(logged(row).frame, { mayRead });
  const { entries, isCut } = await fillPage(kept, budget, toEntry, { maxEntries: limit });
  return { events: entries, epoch, more: isCut };
}

/** Up to the first that cannot be asked for any more: DynamoDB deletes expired rows days late. */
async function* keptRows(rows: AsyncIterable<Row>, oldest: number): AsyncGenerator<Row> {
  for await (const row of rows) {
    if (logged(row).at < oldest) return;
    yield row;
  }
}

function entryOf(text: string, { mayRead }: { readonly mayRead: boolean }) {
  const { seq, id, type, ts, from, payload } = JSON.parse(text) as EventFrame;
  return {
    ...{ seq, id, type, ts },
    ...(from !== undefined && { from }),
    bytes: Buffer.byteLength(text),
    ...(mayRead && { payload: payload as Record<string, unknown> }),
  };
}
