import type { Crowd } from './crowd.ts';

const pick = <T>(from: readonly T[], random: () => number): T | undefined =>
  from[Math.floor(random() * from.length)];

/** One event for somebody: mostly a room or a client, sometimes a person, now and then everybody. */
export async function publishOne({ publisher, random, clients, rooms, followers }: Crowd): Promise<void> {
  const dice = random();
  if (dice < 0.02) {
    const payload = { to: { tenant: true }, severity: 'info' };
    return publisher.publish('tenant', 'alert.raise', (title) => ({ payload: { ...payload, title } }));
  }
  if (dice < 0.15) {
    const userId = pick(followers, random)?.userId ?? '';
    return publisher.publish(`user:${userId}`, 'message.send', (body) => ({ payload: { userId, body } }));
  }
  if (dice < 0.5) {
    const clientId = pick(clients, random) ?? '';
    const to = { clientId };
    return publisher.publish(`client:${clientId}`, 'alert.raise', (title) => ({
      payload: { to, severity: 'info', title },
    }));
  }
  const topic = `room:${pick(rooms, random)}`;
  return publisher.publish(topic, 'room.send', (body) => ({ topic, payload: { body } }));
}

/** More would not be a load but a queue, whose repeats keep a stack that fell behind from ever catching up. */
const mostUnderWay = 32;

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
    if (underWay.size >= mostUnderWay) await Promise.race(underWay);
  }
  await Promise.all(underWay);
  if (failure !== undefined) throw failure;
}
