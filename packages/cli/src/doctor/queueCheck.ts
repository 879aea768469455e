import { randomUUID } from 'node:crypto';
import type { ServerFrame } from '@tidings/protocol';
import { Refused } from '../failures.ts';
import { type Check, CheckFailed, NotThere } from './check.ts';
import { HandshakeRefused, openLine, type SocketLine } from './socketLine.ts';
import { known, type Visit } from './visit.ts';

const recipients = 20;
/** Connections of the visit that are open before. */
const openBefore = 2;

/**
 * What somebody shows with their presence goes to all who follow the topic by way of the delivery queue, so that this
 * needs no audience of hundreds, as an event would.
 */
export const queue: Check<Visit> = {
  name: 'queue',
  needs: ['publish'],
  todo: 'the log of the function Deliver, whether its event source is enabled, and the dead letters: tidings redrive --list',
  async run(visit) {
    const topic = await topicWithPresence(visit);
    const lines = [
      known(visit, 'line'),
      known(visit, 'second'),
      ...(await more(visit, recipients - openBefore)),
    ];
    await Promise.all(lines.map((line) => line.ask('subscribe', { topic })));
    const shown = randomUUID();
    await known(visit, 'line').ask('presence.set', { topic, payload: { data: { doctor: shown } } });
    const came = await Promise.allSettled(
      lines.map((line) => line.until('what is shown', (frame) => shows(frame, topic, shown))),
    );
    const got = came.filter(({ status }) => status === 'fulfilled').length;
    const all = `${got} of ${lines.length} connections on ${topic} got what went through the queue`;
    if (got < lines.length) throw new CheckFailed(all);
    const why =
      lines.length < recipients ? ': a user may have no more, and there is no token of another' : '';
    return all + why;
  },
};

function shows({ type, topic, payload }: ServerFrame, expected: string, shown: string): boolean {
  if (type !== 'presence' || topic !== expected) return false;
  const { data = [] } = payload as { data?: readonly { data?: { doctor?: unknown } | null }[] };
  return data.some((one) => one.data?.doctor === shown);
}

/** A topic whose followers are told of each other, and that the caller may follow. @throws NotThere */
async function topicWithPresence(visit: Visit): Promise<string> {
  const id = `doctor-${randomUUID().slice(0, 8)}`;
  const { presence } = visit.asked;
  const topics = presence === undefined ? known(visit, 'contract').topicsFor('presence.set', id) : [presence];
  if (topics.length === 0) throw new NotThere('not in this app', 'no kind of topic has presence');
  for (const topic of topics) {
    try {
      await known(visit, 'line').ask('subscribe', { topic });
      return topic;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
  }
  throw new NotThere('skipped', `this user may not follow ${topics.join(', ')}: name one with --presence`);
}

/** As many more connections as are asked for, or as the users at hand may have. */
async function more(visit: Visit, count: number): Promise<SocketLine[]> {
  const { connectionsPerUser } = known(visit, 'who');
  const opened: SocketLine[] = [];
  for (let user = 0; opened.length < count; user++) {
    const token = await visit.token(user);
    if (token === undefined) break;
    const room = connectionsPerUser - (user === 0 ? openBefore : 0);
    const asked = Math.min(room, count - opened.length);
    opened.push(...(await openAll(visit, token, asked)));
  }
  return opened;
}

/** Devices that the user has open elsewhere count too: then there are fewer. */
async function openAll(visit: Visit, token: string, count: number): Promise<SocketLine[]> {
  const { wsUrl: url, waitMs } = visit;
  const opening = Array.from({ length: count }, () => openLine({ url, token, waitMs }));
  const ended = await Promise.allSettled(opening);
  const lines = ended.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  visit.open.push(...lines);
  for (const one of ended) {
    if (one.status === 'fulfilled') continue;
    if (!(one.reason instanceof HandshakeRefused) || one.reason.status !== 429) throw one.reason;
  }
  return lines;
}
