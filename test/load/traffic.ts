import type { Crowd } from './crowd.ts';
import { pool } from './pool.ts';
import type { Publisher } from './publisher.ts';

const pick = <T>(from: readonly T[], random: () => number): T | undefined =>
  from[Math.floor(random() * from.length)];

/** One event for somebody: mostly a room or a client, sometimes a person, now and then everybody. */
async function publishOne({ publisher, random, clients, rooms, followers }: Crowd): Promise<void> {
  const dice = random();
  if (dice < 0.02) {
    const payload = { to: { tenant: true }, severity: 'info' };
    return publisher.publish('tenant', 'alert.raise', (title) => ({ payload: { ...payload, title } }));
  }
  if (dice < 0.15) {
    return tell(publisher, pick(followers, random)?.userId ?? '');
  }
  if (dice < 0.5) return alertClient(publisher, pick(clients, random) ?? '');
  return sayIn(publisher, pick(rooms, random) ?? '');
}

const tell = (publisher: Publisher, userId: string) =>
  publisher.publish(`user:${userId}`, 'message.send', (body) => ({ payload: { userId, body } }));

const alertClient = (publisher: Publisher, clientId: string) =>
  publisher.publish(`client:${clientId}`, 'alert.raise', (title) => ({
    payload: { to: { clientId }, severity: 'info', title },
  }));

const sayIn = (publisher: Publisher, room: string) =>
  publisher.publish(`room:${room}`, 'room.send', (body) => ({ topic: `room:${room}`, payload: { body } }));

/** One event on every topic, so that what the stack remembers of each is there before its memory is watched. */
export async function publishToAll({ publisher, clients, rooms, followers }: Crowd): Promise<void> {
  const users = [...new Set(followers.map(({ userId }) => userId))];
  await pool(users, maxUnderWay, (userId) => tell(publisher, userId));
  await pool(clients, maxUnderWay, (clientId) => alertClient(publisher, clientId));
  await pool(rooms, maxUnderWay, (room) => sayIn(publisher, room));
}

/** More would not be a load but a queue, whose repeats keep a stack that fell behind from ever catching up. */
const maxUnderWay = 32;

/** Publishes at a steady rate, or as fast as it is answered, until it is told to stop; all of it is then acknowledged. */
export async function publishUntil(crowd: Crowd, perSecond: number, isOver: () => boolean): Promise<void> {
  const underWay = new Set<Promise<void>>();
  let failure: unknown;
  while (!isOver() && failure === undefined) {
    const one = publishOne(crowd).catch((error: unknown) => {
      failure = error;
    });
    underWay.add(one);
    void one.then(() => underWay.delete(one));
    await new Promise((resolve) => setTimeout(resolve, 1000 / perSecond));
    if (underWay.size >= maxUnderWay) await Promise.race(underWay);
  }
  await Promise.all(underWay);
  if (failure !== undefined) throw failure;
}
