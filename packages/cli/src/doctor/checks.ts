import { randomUUID } from 'node:crypto';
import { callAction } from '../callAction.ts';
import { fetchDocument } from '../contract.ts';
import { NoAccess } from '../failures.ts';
import { type Check, CheckFailed, NotThere } from './check.ts';
import { type Publication, publicationFor } from './publication.ts';
import { queue } from './queueCheck.ts';
import { readContract } from './serverContract.ts';
import { openLine, type SocketLine } from './socketLine.ts';
import { known, type Visit } from './visit.ts';

/** Clocks further apart than this have tokens refused that are none too old. */
const maxClockMs = 5_000;

const http: Check<Visit> = {
  name: 'HTTP API',
  needs: [],
  todo: 'is it deployed, and is --url its output HttpUrl? A local stack is started with npm run dev',
  async run(visit) {
    visit.found.contract = readContract(await fetchDocument(visit.httpUrl));
    return `${visit.httpUrl} answers with its contract`;
  },
};

const signIn: Check<Visit> = {
  name: 'sign in',
  needs: [],
  todo: 'give a token of the stage’s issuer: TIDINGS_TOKEN, --token-stdin, or of the local one with --user',
  async run(visit) {
    const token = (await visit.token(0)) ?? '';
    const [, claims = ''] = token.split('.');
    const { exp } = readClaims(claims);
    const leftMs = typeof exp === 'number' ? exp * 1000 - visit.now() : Number.NaN;
    if (Number.isNaN(leftMs)) throw new CheckFailed('the token is no JWT with a time at which it ends');
    if (leftMs <= 0 && !visit.isLocal) throw new CheckFailed('the token is over', 'sign in again');
    visit.found.token = token;
    return `a token for ${Math.round(leftMs / 60_000)} minutes`;
  },
};

function readClaims(part: string): { exp?: unknown } {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString()) as { exp?: unknown };
  } catch {
    return {};
  }
}

const connect: Check<Visit> = {
  name: 'connect',
  needs: ['sign in'],
  todo: 'is --ws the output WebSocketUrl, with the stage’s name at its end?',
  async run(visit) {
    visit.found.line = await lineOf(visit);
    return visit.wsUrl;
  },
};

async function lineOf(visit: Visit): Promise<SocketLine> {
  const { wsUrl: url, waitMs } = visit;
  const line = await openLine({ url, token: known(visit, 'token'), waitMs });
  visit.open.push(line);
  return line;
}

const ping: Check<Visit> = {
  name: 'ping',
  needs: ['connect'],
  todo: 'the route ping has no function: deploy again, and see whether it is there in API Gateway',
  async run(visit) {
    const { roundTripMs } = await known(visit, 'line').ping();
    return `there and back in ${roundTripMs} ms`;
  },
};

const clocks: Check<Visit> = {
  name: 'clocks',
  needs: ['ping'],
  todo: 'set the clock of this machine by NTP',
  async run(visit) {
    const { ts, roundTripMs } = await known(visit, 'line').ping();
    if (typeof ts !== 'number') throw new CheckFailed('the pong has no time');
    const aheadMs = Math.round(ts - (visit.now() - roundTripMs / 2));
    const apart = `the server’s is ${Math.abs(aheadMs)} ms ${aheadMs < 0 ? 'behind' : 'ahead'}`;
    if (Math.abs(aheadMs) <= maxClockMs) return apart;
    const moved = 'time was moved there: start it again, without --data or with a new folder';
    throw new CheckFailed(apart, visit.isLocal ? moved : undefined);
  },
};

const versions: Check<Visit> = {
  name: 'versions',
  needs: ['HTTP API', 'connect'],
  todo: 'use the command line of the server’s release: npx tidings@RELEASE, or deploy again',
  async run(visit) {
    const { release } = known(visit, 'contract');
    const hello = await known(visit, 'line').ask('hello', { payload: { v: 1 } });
    const { userId, tenant, limits } = hello;
    const { connectionsPerUser } = limits as { connectionsPerUser: number };
    visit.found.who = { userId: String(userId), tenant: String(tenant), connectionsPerUser };
    const both = `protocol 1; the server is ${release}, this command ${visit.release}`;
    // Before 1.0, what may break is said by the second number.
    const line = (version: string) => /^(0\.\d+|\d+)/.exec(version)?.[0];
    if (line(release) !== line(visit.release)) throw new CheckFailed(both);
    return both;
  },
};

const subscribe: Check<Visit> = {
  name: 'subscribe',
  needs: ['versions'],
  todo: 'the log of the function Message has a line with the request; may this user follow the topic?',
  async run(visit) {
    const { userId } = known(visit, 'who');
    visit.found.publication =
      visit.asked.publication ??
      publicationFor(known(visit, 'contract'), userId, `doctor-${randomUUID().slice(0, 8)}`);
    const { follow } = visit.found.publication;
    visit.found.second = await lineOf(visit);
    for (const line of [known(visit, 'line'), known(visit, 'second')]) {
      await line.ask('subscribe', { topic: follow });
    }
    return `two connections follow ${follow}`;
  },
};

const publish: Check<Visit> = {
  name: 'publish',
  needs: ['subscribe'],
  todo: 'posts do not arrive: the log of Message, its right execute-api:ManageConnections, MANAGEMENT_URL',
  async run(visit) {
    const publication = known(visit, 'publication');
    const answer = await known(visit, 'line').ask(publication.action, frameOf(publication));
    await arrives(visit, answer);
    return `${publication.action}: the second connection has the event`;
  },
};

const frameOf = ({ topic, payload }: Publication) => ({ ...(topic !== undefined && { topic }), payload });

/** Waits for the event that an answer tells the position of. */
async function arrives(visit: Visit, { epoch, seq }: { epoch?: unknown; seq?: unknown }): Promise<void> {
  if (seq === undefined) throw new CheckFailed('the answer names no event');
  await known(visit, 'second').until('the event', (frame) => frame.epoch === epoch && frame.seq === seq);
}

const httpAction: Check<Visit> = {
  name: 'HTTP action',
  needs: ['HTTP API', 'publish'],
  todo: 'the log of the function Http; an issuer whose tokens the socket takes is taken here too',
  async run(visit) {
    const { action, ...rest } = known(visit, 'publication');
    const token = known(visit, 'token');
    const call = { action, ...frameOf({ action, ...rest }), ref: randomUUID() };
    const answer = await callAction({ url: visit.httpUrl, token }, { env: {} }, call);
    await arrives(visit, answer.payload ?? {});
    return `POST /actions/${action}: answered, and its event came`;
  },
};

const eventBus: Check<Visit> = {
  name: 'event bus',
  needs: ['publish'],
  todo: 'the rule of the stage’s bus, the log of the function Bus, and its dead letters: tidings redrive --list',
  async run(visit) {
    const bus = await visit.eventBus();
    const { tenant, userId } = known(visit, 'who');
    const publication = known(visit, 'publication');
    // It comes from the user `bus`, which is how it is told from one's own.
    try {
      await bus.put(publication.action, { tenant, ref: randomUUID(), ...frameOf(publication) });
    } catch (error) {
      // Who may not put events, or has not signed in, has seen nothing wrong yet.
      throw error instanceof NoAccess ? new NotThere('skipped', error.message) : error;
    } finally {
      bus.close();
    }
    await known(visit, 'second').until(
      'the event of the bus',
      ({ from, topic }) => from === 'bus' && (topic === publication.follow || topic === `user:${userId}`),
    );
    return `${publication.action} as a service: its event came`;
  },
};

/** In the order in which they are tried. */
export const checks: readonly Check<Visit>[] = [
  http,
  signIn,
  connect,
  ping,
  clocks,
  versions,
  subscribe,
  publish,
  httpAction,
  eventBus,
  queue,
];
