import { handleAction } from '../../core/api/router.ts';
import { keys } from '../../core/keys.ts';
import { headCache } from '../../core/log/headCache.ts';
import type { Runtime } from '../../core/runtime.ts';
import { openConnection } from '../../testing/openConnection.ts';
import { memoryRuntime, principal } from './memoryRuntime.ts';

export const topic = 'orders:acme';
export const windowKey = keys.batchWindow('t', { kind: 'orders', id: 'acme' });

type Frame = {
  readonly type: string;
  readonly seq?: number;
  readonly payload: { readonly frames?: Frame[] };
};

/** A topic with one event, for tests of what is published on it at almost the same time. */
export async function busyTopic(settings: object = {}) {
  const runtime = memoryRuntime({ ...settings, limits: { framesPerSecond: 1_000, frameBurst: 1_000 } });
  let asked = 0;
  const follow = async (id: string, { batch = true, of = topic } = {}) => {
    const who = principal(runtime, { userId: `u-${id}` });
    const connection = await openConnection(runtime, id, who, { batch, feeds: [] });
    await connection.ask('s', { action: 'subscribe', topic: of });
    await runtime.clock.advance(60_000);
    return connection;
  };
  /** Each in an environment of its own. */
  const publish = (data: unknown = 0, more: Partial<Runtime> = {}, of = topic) => {
    const ref = `ref-${++asked}`;
    const who = principal(runtime, { userId: ref, roles: ['service'] });
    const environment = { ...runtime, headCache: headCache(), ...more };
    return handleAction(environment, who, ref, {
      ...{ action: 'channel.publish', ref, topic: of },
      payload: { data },
    });
  };
  /** One after the other, as far as they come before they wait. */
  const publishAll = async (count: number, data: unknown = 0) => {
    const all: Promise<unknown>[] = [];
    for (let n = 0; n < count; n++) {
      all.push(publish(data));
      await runtime.clock.advance(1);
    }
    await runtime.clock.advance(80);
    await Promise.all(all);
  };
  const posted = (id: string): Frame[] => runtime.sockets.frames(id).map((text) => JSON.parse(text));
  const seqsTo = (id: string): number[] =>
    posted(id).flatMap(({ type, seq, payload }) =>
      type === 'batch' ? (payload.frames ?? []).map((frame) => frame.seq as number) : (seq as number),
    );
  const windows = () => runtime.table.dump().filter(({ sk }) => sk === 'WINDOW');

  // Its epoch is there before anybody comes.
  await publish();
  await runtime.clock.advance(60_000);
  return { runtime, follow, publish, publishAll, posted, seqsTo, windows };
}

export type BusyTopic = Awaited<ReturnType<typeof busyTopic>>;
