import { scheduler } from '../../test/simulation/world/scheduler.ts';
import { contendedTable } from '../../test/support/contendedTable.ts';
import { counted } from '../../test/support/everyAction.ts';
import { runFollowedAll } from '../../test/support/followedAll.ts';
import { memoryRuntime } from '../../test/support/memoryRuntime.ts';
import { bench } from '../measure.ts';

const readers = 10;
const client = { roles: ['client'], clients: ['acme'] } as const;
const staff = { userId: 'ann', roles: ['msp'] } as const;

interface Event {
  readonly action: string;
  readonly payload: object;
  readonly topic?: string;
}

const events: Readonly<Record<string, Event>> = {
  'interaction of a client with 10 readers': {
    action: 'interaction.record',
    payload: { clientId: 'acme', kind: 'login' },
  },
  'alert for a client with 10 readers': {
    action: 'alert.raise',
    payload: { to: { clientId: 'acme' }, severity: 'warning', title: 'Your certificate ends on Friday' },
  },
  'message in a room with 10 readers': {
    action: 'room.send',
    topic: 'room:lobby',
    payload: { body: 'Good morning, everybody' },
  },
  'notification to one user': {
    action: 'notification.send',
    payload: { userId: 'user-0', kind: 'invoice', title: 'Your invoice is ready' },
  },
};

const toStaff = 'interaction, of 167 a second with 1,000 clients, to one of the staff in batches';

/** On a virtual clock, with the times of DynamoDB. */
async function followedAll() {
  const clock = scheduler(Date.UTC(2026, 0, 1));
  const limits = { framesPerSecond: 100_000, frameBurst: 100_000 };
  const memory = { ...memoryRuntime({ limits }), clock };
  const far = contendedTable(
    memory.table,
    { clock, random: memory.random },
    { read: 4, write: 5, transaction: 12 },
  );
  const measured = runFollowedAll(memory, far, { clients: 1_000, perSecond: 167, seconds: 30, staff: 1 });
  await clock.runUntil(clock.now() + 60_000);
  const { events, frames, bytes, writeUnits, readUnits } = await measured;
  const posts = frames.flat().length;
  return {
    posts: posts / events,
    'frame size': bytes / posts,
    'write units': writeUnits / events,
    'read units': readUnits / events,
  };
}

/** A post is a message on API Gateway's bill, and so are the request and its answer: those two come on top. */
export const frames = bench({
  name: 'frames',
  measures:
    'what one event posts to its readers, and what it writes and reads, its topic being there already',
  figures: {
    posts: { unit: 'frames', better: 'less' },
    'frame size': { unit: 'bytes', better: 'less' },
    'write units': { unit: 'WCU', better: 'less' },
    'read units': { unit: 'RCU', better: 'less' },
  },
  variants: [...Object.keys(events), toStaff],
  maxRuns: 1,
  async measure(variant) {
    if (variant === toStaff) return followedAll();
    const { action, topic, payload } = events[variant] as Event;
    const names = Array.from({ length: readers }, (_, n) => `user-${n}`);
    const people = Object.fromEntries(names.map((userId) => [userId, { userId, ...client }]));
    const all = await counted({ people: { ann: staff, ...people } });
    for (const name of topic === undefined ? [] : ['ann', ...names]) {
      await all.send(name, 'subscribe', { topic: topic ?? '', payload: {} });
    }
    const posted = () => names.flatMap((name) => all.runtime.sockets.frames(`${all.tenant}-${name}`));
    await all.send('ann', action, { payload, ...(topic !== undefined && { topic }) });
    const before = posted().length;
    await all.ask('ann', action, payload, topic);
    const [writes = 0, reads = 0] = (all.costs.get(`\`${action}\``) ?? '').split(' | ').map(Number);
    const now = posted();
    const size = Buffer.byteLength(now.at(-1) ?? '');
    return { posts: now.length - before, 'frame size': size, 'write units': writes, 'read units': reads };
  },
});
