import { type ErrorPayload, errorRules, type ServerFrame } from '@tidings/protocol';
import { rateLimiter } from '../../../core/api/rateLimit.ts';
import { handleFrame } from '../../../core/api/router.ts';
import { connect } from '../../../core/connections/connect.ts';
import type { Table } from '../../../core/ports.ts';
import { memoryRuntime, principal } from '../../support/memoryRuntime.ts';
import { frameText, hostileText, topicText } from './frameTexts.ts';
import type { Fuzz } from './fuzzRun.ts';

/** Two connections, of a client's user and of staff, with a table that counts what is written to it. */
async function openRuntime() {
  const runtime = memoryRuntime();
  runtime.rates = rateLimiter({ perSecond: 1e9, burst: 1e9 });
  for (const [id, who] of [
    ['user', { userId: 'bob', roles: ['client'], clients: ['acme'] }],
    ['staff', { userId: 'ann', roles: ['msp', 'admin'] }],
  ] as const) {
    runtime.sockets.open(id);
    await connect(runtime, id, principal(runtime, who));
  }
  let writes = 0;
  const { table } = runtime;
  const counted: Table = {
    ...table,
    async write(write) {
      const outcome = await table.write(write);
      if (outcome.ok) writes++;
      return outcome;
    },
    async transact(all, token) {
      const outcome = await table.transact(all, token);
      if (outcome.outcome === 'committed') writes++;
      return outcome;
    },
  };
  const real = {
    ...runtime,
    table: counted,
    clock: { ...runtime.clock, wait: (ms: number) => runtime.clock.advance(ms) },
  };
  return { runtime, real, writes: () => writes };
}

type Open = Awaited<ReturnType<typeof openRuntime>>;

/** An answer is one frame with a type; an error has a code of the table, and says nothing that was not meant to be said. */
export function checkAnswer(answer: ServerFrame, requestId?: string): void {
  const text = JSON.stringify(answer);
  if (!['ack', 'subscribed', 'error'].includes(answer.type)) throw new Error(`answered ${text}`);
  if (answer.type !== 'error') return;
  const { code, message } = answer.payload as ErrorPayload;
  if (!Object.hasOwn(errorRules, code)) throw new Error(`an unknown code: ${text}`);
  if (requestId !== undefined && code === 'internal' && message !== requestId)
    throw new Error(`foreign text: ${text}`);
}

/**
 * Leaving a room that one is not in is refused too, but may be the repeat of a leave whose function died, so what that
 * one had still to do for the room is done.
 */
const isRefusal = ({ type, payload }: ServerFrame) =>
  type === 'error' && (payload as ErrorPayload).code !== 'not_subscribed';

/** @throws when an answer is malformed, an unexpected error comes up, or a refusal has written. */
async function judgeFrame({ runtime, real, writes }: Open, connectionId: string, body: string) {
  const requestId = `request-${runtime.random.id()}`;
  const before = writes();
  const answer = await handleFrame(real, { connectionId, requestId, body });
  checkAnswer(answer, requestId);
  const report = runtime.reports.pop();
  if (report !== undefined) throw new Error(`an unexpected error: ${report}`);
  if (isRefusal(answer) && writes() > before) throw new Error(`wrote and answered ${JSON.stringify(answer)}`);
  if (Object.keys(Object.prototype).length > 0) throw new Error('changed what all objects have');
  return answer;
}

/** A user who was revoked has no connection any more, and would get the same refusal for ever. */
const isWhole = ({ runtime }: Open) => runtime.sockets.opened().length === 2;

function judging(judge: (open: Open, input: string) => Promise<void>): (input: string) => Promise<void> {
  let open: Open | undefined;
  return async (input) => {
    if (!open || !isWhole(open)) open = await openRuntime();
    await judge(open, input);
  };
}

export const frameFuzz: Fuzz<string> = {
  what: 'text frames',
  input: frameText,
  judge: () =>
    judging(async (open, text) => {
      await judgeFrame(open, 'user', text);
      if (isWhole(open)) await judgeFrame(open, 'staff', text);
    }),
};

export const topicFuzz: Fuzz<string> = {
  what: 'topics in frames',
  input: topicText,
  judge: () =>
    judging(async (open, topic) => {
      for (const action of ['subscribe', 'unsubscribe', 'room.send', 'presence.get']) {
        const payload = action === 'room.send' ? { body: 'hello' } : {};
        await judgeFrame(open, 'user', JSON.stringify({ action, topic, payload }));
      }
      const heads = { [topic]: 0 };
      await judgeFrame(open, 'user', JSON.stringify({ action: 'sync', payload: { heads } }));
      const subs = [{ topic }];
      await judgeFrame(open, 'user', JSON.stringify({ action: 'hello', payload: { v: 1, subs } }));
    }),
};

/** What one `ref` changes it changes once, whatever the `ref` looks like; and no two are taken for one. */
export const refFuzz: Fuzz<string> = {
  what: 'refs',
  input: hostileText,
  judge: () => {
    let kinds = 0;
    return judging(async (open, ref) => {
      const kind = `k${kinds++ % 60}`;
      const ask = (own: string) => {
        const payload = { clientId: 'acme', kind, by: 1 };
        return judgeFrame(open, 'user', JSON.stringify({ action: 'interaction.record', ref: own, payload }));
      };
      const first = await ask(ref);
      if (first.type === 'error') return;
      if (first.ref !== ref) throw new Error(`answered under ${JSON.stringify(first.ref)}`);
      const { total, dup } = first.payload as { total: number; dup?: boolean };
      if (dup) return;
      const again = (await ask(ref)).payload as { total: number; dup?: boolean };
      if (again.total !== total || again.dup !== true)
        throw new Error(`a repeat came to ${JSON.stringify(again)}`);
      const ending = `~${kinds}`;
      const near = `${[...ref.slice(0, 64 - ending.length - 1)].slice(0, -1).join('')}${ending}`;
      const next = await ask(near);
      const other = next.payload as { total: number; dup?: boolean };
      if (next.type !== 'error' && other.total !== total + 1)
        throw new Error(`another ref came to ${JSON.stringify(other)}`);
    });
  },
};
