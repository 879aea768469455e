import { handleAction } from '../../core/api/router.ts';
import { headCache } from '../../core/log/headCache.ts';
import type { Runtime } from '../../core/runtime.ts';
import { openConnection } from '../../testing/openConnection.ts';
import { memoryRuntime, principal } from './memoryRuntime.ts';

export type TenantOfClients = ReturnType<typeof tenantOfClients>;

type Frame = {
  readonly type: string;
  readonly topic: string;
  readonly seq: number;
  readonly payload: { readonly frames?: Frame[] };
};

/** A tenant whose clients some follow, all of them or by name, and environments that publish for them. */
export function tenantOfClients() {
  const runtime = memoryRuntime({ limits: { framesPerSecond: 1_000, frameBurst: 1_000 } });
  let asked = 0;
  const environment = (more: Partial<Runtime> = {}): Runtime => ({
    ...runtime,
    headCache: headCache(),
    lastSent: new Map(),
    ...more,
  });
  const record = (clientId: string, by: Runtime) => {
    const ref = `ref-${++asked}`;
    const frame = { action: 'interaction.record', ref, payload: { clientId, kind: 'call' } };
    return handleAction(by, principal(runtime, { userId: ref }), ref, frame);
  };
  const posted = (id: string): Frame[] => runtime.sockets.frames(id).map((text) => JSON.parse(text));
  return {
    runtime,
    environment,
    record,
    posted,
    async follow(id: string, topics: readonly string[] = ['client:*'], batch = true) {
      const who = principal(runtime, { userId: `u-${id}` });
      const connection = await openConnection(runtime, id, who, { batch, feeds: [] });
      for (const topic of topics) await connection.ask('s', { action: 'subscribe', topic });
      await runtime.clock.advance(60_000);
      return connection;
    },
    /** An environment that publishes of two clients in a row holds a window, with the second event in it. */
    async openWindow() {
      const one = environment();
      await record('acme', one);
      await runtime.clock.advance(1);
      return { one, held: record('globex', one) };
    },
    eventsTo: (id: string) =>
      posted(id).flatMap(({ payload, ...event }) =>
        (payload.frames ?? [event]).map(({ topic, seq }) => `${topic} ${seq}`),
      ),
    windows: () => runtime.table.dump().filter(({ sk }) => sk === 'WINDOW'),
    /** An environment for which it takes so long to list an event. */
    listingFor(ms: number, by: Runtime): Runtime {
      const write: Runtime['table']['write'] = async (wanted) => {
        if ('put' in wanted && wanted.put.pk.startsWith('CHANGES#')) await runtime.clock.wait(ms);
        return runtime.table.write(wanted);
      };
      return { ...by, table: { ...runtime.table, write } };
    },
  };
}
