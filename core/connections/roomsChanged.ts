import type { Topic } from '@tidings/protocol';
import { keys } from '../keys.ts';
import type { Runtime } from '../runtime.ts';
import type { Connection } from './connections.ts';

/** Work of the delivery function: to tell a room who came and went. */
export interface RoomToTell {
  readonly roomOf: string;
  readonly roomId: string;
}

/** A busy room is told once in this time. */
const pauseMs = 1000;
/** A telling that is this late is taken for lost: who comes next has it done. */
const lostMs = 5000;

/**
 * Notes that a connection came into these topics or left them, when that is written. Says nothing of what
 * happened: whoever tells the room reads who is there. While a telling is on its way, it is enough for all.
 * It never fails, since what it follows has happened; what gets lost here, the next change makes good.
 *
 * @returns whether the rooms will be told.
 */
export async function roomsChanged(
  runtime: Pick<Runtime, 'table' | 'clock' | 'queue' | 'reporter'>,
  { connectionId, principal }: Connection,
  topics: readonly Topic[],
): Promise<boolean> {
  const rooms = topics.flatMap((topic) => (topic.kind === 'room' ? [topic.id] : []));
  try {
    const claimed = await Promise.all(rooms.map((roomId) => claim(runtime, principal.tenant, roomId)));
    const mine = rooms.filter((_, index) => claimed[index]);
    const work = mine.map((roomId) => ({ roomOf: principal.tenant, roomId }));
    if (work.length > 0) await runtime.queue.send(work, pauseMs);
    return true;
  } catch (error) {
    runtime.reporter.report(error, { requestId: connectionId, what: 'having a room told who is there' });
    return false;
  }
}

/** Of all that happens at once in a room, one has it told. */
async function claim(
  { table, clock }: Pick<Runtime, 'table' | 'clock'>,
  tenant: string,
  roomId: string,
): Promise<boolean> {
  const dueAt = clock.now() + pauseMs;
  const { ok } = await table.write({
    put: { ...keys.roomDue(tenant, roomId), dueAt, ttl: Math.ceil(dueAt / 1000) + 3600 },
    if: {
      is: 'any',
      of: [{ is: 'absent' }, { is: 'below', attribute: 'dueAt', value: clock.now() - lostMs }],
    },
  });
  return ok;
}
