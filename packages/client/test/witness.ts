import type { Position, Reset } from '../src/index.ts';

interface Listenable {
  readonly name: string;
  readonly snapshot: unknown;
  readonly position: Position | undefined;
  on(type: string, listener: (value: never) => void): () => void;
}

type Event = Position & { readonly type: string; readonly topic: string };
type Listed = Position & { readonly clientId: string; readonly totals: object };

/** Judges by itself what a subscriber is told: each event is the next of its log, or a reset says where it goes on. */
export function createWitness(followed: object, homes: readonly string[]) {
  const topic = followed as Listenable;
  const reached = new Map<string, Position>();
  const resets = new Map<string, number>();
  const faults: string[] = [];
  const isList = topic.name === 'client:*';

  function listed(value: unknown): readonly Listed[] {
    return (value as { clients: readonly Listed[] } | undefined)?.clients ?? [];
  }

  // Who comes later begins where the topic is, if it is somewhere.
  if (isList)
    for (const { clientId, epoch, seq } of listed(topic.snapshot))
      reached.set(`client:${clientId}`, { epoch, seq });
  else if (topic.snapshot && topic.position) reached.set(topic.name, topic.position);

  const stops: (() => void)[] = [];
  const on = (type: string, listener: (value: never) => void) => stops.push(topic.on(type, listener));
  on('snapshot', (snapshot: object) => {
    if (isList) {
      for (const { clientId, epoch, seq } of listed(snapshot)) {
        const name = `client:${clientId}`;
        if (!reached.has(name)) reached.set(name, { epoch, seq });
      }
    } else if (!reached.has(topic.name) && topic.position) reached.set(topic.name, topic.position);
  });
  on('reset', ({ position, snapshot }: Reset) => {
    const moved = isList
      ? listed(snapshot).map(({ clientId, epoch, seq }) => [`client:${clientId}`, { epoch, seq }] as const)
      : [[topic.name, position as Position] as const];
    for (const [name, to] of moved) {
      const at = reached.get(name);
      if (at?.epoch === to.epoch && at.seq >= to.seq) continue;
      reached.set(name, to);
      resets.set(name, (resets.get(name) ?? 0) + 1);
    }
  });
  on('*', ({ topic: home, epoch, seq }: Event) => {
    const at = reached.get(home);
    const isNext = at ? at.epoch === epoch && at.seq + 1 === seq : isList ? seq === 1 : true;
    if (!isNext) faults.push(`${topic.name}: ${epoch} ${seq} came after ${at?.epoch} ${at?.seq}`);
    reached.set(home, { epoch, seq });
  });

  return {
    homes,
    isList,
    stop() {
      for (const stop of stops) stop();
    },
    faults,
    reached: (home: string) => reached.get(home),
    resets: (home: string) => resets.get(home) ?? 0,
    totals: (home: string) =>
      isList
        ? listed(topic.snapshot).find(({ clientId }) => `client:${clientId}` === home)?.totals
        : (topic.snapshot as Listed).totals,
  };
}
