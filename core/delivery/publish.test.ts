import { expect, test } from 'vitest';
import { drainDeliveries } from '../../test/support/drainDeliveries.ts';
import { type MemoryRuntime, memoryRuntime, principal } from '../../test/support/memoryRuntime.ts';
import { handleFrame } from '../api/router.ts';
import { connect } from '../connections/connect.ts';
import { headCache } from '../log/headCache.ts';
import type { Runtime } from '../runtime.ts';

const raise = (ref: string) =>
  JSON.stringify({
    action: 'alert.raise',
    ref,
    payload: { to: { tenant: true }, severity: 'info', title: ref },
  });

/** A tenant of one sender and a number of receivers, all older than a handshake. */
async function tenantOf(receivers: number): Promise<MemoryRuntime> {
  const runtime = memoryRuntime();
  for (const id of ['sender', ...Array.from({ length: receivers }, (_, n) => `r${n}`)]) {
    runtime.sockets.open(id);
    await connect(runtime, id, principal(runtime, { userId: `user-${id}` }));
  }
  await runtime.clock.advance(60_000);
  return runtime;
}

/**
 * The same runtime in a function that dies at its n-th operation, before or after it was done: from then on
 * nothing that it awaits comes back, so nothing of it runs on.
 */
function mortal(runtime: MemoryRuntime, n: number, when: 'before' | 'after') {
  let operations = 0;
  let die = () => {};
  const died = new Promise<'died'>((resolve) => {
    die = () => resolve('died');
  });
  const never = () => new Promise<never>(() => {});
  const guard = <T extends object>(port: T): T =>
    new Proxy(port, {
      get: (target, name) => {
        const operation: unknown = Reflect.get(target, name);
        if (typeof operation !== 'function') return operation;
        return async (...input: unknown[]) => {
          operations++;
          if (operations > n || (operations === n && when === 'before')) {
            die();
            return never();
          }
          const result = await operation(...input);
          if (operations < n) return result;
          die();
          return never();
        };
      },
    });
  const dying: Runtime = {
    ...runtime,
    table: guard(runtime.table),
    sockets: guard(runtime.sockets),
    queue: guard(runtime.queue),
    headCache: headCache(),
  };
  return { dying, died };
}

const ask = (runtime: Runtime, connectionId: string, body: string) =>
  handleFrame(runtime, { connectionId, requestId: `request-${body.length}`, body });

const titles = (frames: readonly { payload: { title: string } }[]) =>
  frames.map(({ payload }) => payload.title);
const received = (runtime: MemoryRuntime, id: string) =>
  titles(runtime.sockets.frames(id).map((text) => JSON.parse(text)));

/** What a client does that asks where its topic stands: nothing is behind, or `subscribe` brings what was missed. */
async function recover(runtime: MemoryRuntime, epoch: string): Promise<string[]> {
  const heads = { tenant: { epoch, seq: 0 } };
  const { payload } = await ask(runtime, 'r0', JSON.stringify({ action: 'sync', payload: { heads } }));
  if (!('tenant' in (payload as { behind: object }).behind)) return [];
  const since = JSON.stringify({
    action: 'subscribe',
    topic: 'tenant',
    payload: { since: { epoch, seq: 0 } },
  });
  const caughtUp = await ask(runtime, 'r0', since);
  return titles((caughtUp.payload as { events: { payload: { title: string } }[] }).events);
}

const position = async (runtime: MemoryRuntime) => {
  const joined = await ask(runtime, 'r0', '{"action":"subscribe","topic":"tenant"}');
  return (joined.payload as { epoch: string }).epoch;
};

test.each([
  [3, 'before'],
  [3, 'after'],
  [260, 'before'],
  [260, 'after'],
] as const)(
  'with %i receivers, a publisher that dies %s any of its operations loses nothing: a repeat of the ref, sync, or the next event brings it',
  async (receivers, when) => {
    let deaths = 0;
    for (let n = 1; ; n++) {
      const runtime = await tenantOf(receivers);
      const epoch = await position(runtime);
      const before = runtime.table.dump().length;
      const { dying, died } = mortal(runtime, n, when);
      const ended = await Promise.race([died, ask(dying, 'sender', raise('first'))]);
      if (ended !== 'died') break;
      deaths++;
      const isCommitted = runtime.table.dump().length > before;

      expect(await recover(runtime, epoch), `sync after a death ${when} ${n}`).toEqual(
        isCommitted ? ['first'] : [],
      );

      const next = await ask(runtime, 'r1', raise('next'));
      expect((next.payload as { seq: number }).seq, `the gap ${when} ${n}`).toBe(isCommitted ? 2 : 1);
      expect(await recover(runtime, epoch)).toEqual(isCommitted ? ['first', 'next'] : ['next']);

      const again = await ask(runtime, 'sender', raise('first'));
      expect(again.payload, `the repeat ${when} ${n}`).toMatchObject(
        isCommitted ? { seq: 1, dup: true } : { seq: 2 },
      );
      await drainDeliveries(runtime);
      expect(new Set(received(runtime, 'r2')), `everybody ${when} ${n}`).toEqual(new Set(['first', 'next']));
      expect(await recover(runtime, epoch)).toEqual(isCommitted ? ['first', 'next'] : ['next', 'first']);
    }
    // The connection's row, the head's, the transaction and the audience; and the posts, or the queue in their place.
    expect(deaths).toBeGreaterThanOrEqual(receivers > 250 ? 5 : 4 + receivers);
  },
);

test('a repeat is no way round a limit: the frame goes out three times more, and then no more', async () => {
  const runtime = await tenantOf(1);
  for (let repeat = 0; repeat < 10; repeat++) {
    expect(await ask(runtime, 'sender', raise('once'))).toMatchObject({ type: 'ack' });
  }
  expect(received(runtime, 'r0')).toEqual(['once', 'once', 'once', 'once']);
});
