import { existsSync } from 'node:fs';
import { bench } from '../measure.ts';
import { spreadOf } from '../results.ts';
import { startPeer } from './drivenPeer.ts';
import type { Done } from './driver.ts';
import { type Consumed, openMeteredDatabase } from './meteredDatabase.ts';
import { openPostServer } from './postServer.ts';

const drivers = {
  tidings: './tidings.ts',
  'AWS chat sample': './chatSample.ts',
  'graphql-lambda-subscriptions': './graphqlLambdaSubscriptions/driver.mjs',
  'aws-lambda-graphql': './awsLambdaGraphql/driver.mjs',
} as const;
export type Peer = keyof typeof drivers;

/** They are installed apart, so that who builds Tidings needs none of them. */
const isInstalled = (peer: Peer) => {
  const [, folder = ''] = /^\.\/(\w+)\/driver\.mjs$/.exec(drivers[peer]) ?? [];
  return folder === '' || existsSync(new URL(`./${folder}/node_modules`, import.meta.url));
};

const [few, many] = [100, 1_000];
const broadcasts = 5;
const units = (unit: string) => ({ unit, better: 'less' }) as const;

/** The same work over the same database and the same management API: one topic, one subscription a connection. */
export const peers = bench({
  name: 'peers',
  measures: `one topic with ${many.toLocaleString('en-US')} subscribers: what each step asks of DynamoDB, and the CPU of a broadcast`,
  figures: {
    'connect and subscribe: read units': units('RCU'),
    'connect and subscribe: write units': units('WCU'),
    'broadcast: requests': units('requests'),
    'broadcast: read units': units('RCU'),
    'broadcast: write units': units('WCU'),
    'broadcast: CPU': units('ms'),
    'broadcast: time': units('ms'),
    [`disconnect with ${few} subscribers: requests`]: units('requests'),
    'disconnect: requests': units('requests'),
    'disconnect: read units': units('RCU'),
    'disconnect: write units': units('WCU'),
    'one of them gone: frames that the others got': { unit: 'of 998', better: 'more' },
    'one of them gone: posts to it in the next broadcast': units('posts'),
    'one of them gone: failed broadcasts of 2': units('broadcasts'),
  },
  variants: (Object.keys(drivers) as Peer[]).filter(isInstalled),
  baseline: 'tidings',
  charts: ['broadcast: CPU', 'broadcast: read units', 'disconnect: requests'],
  measure: measurePeer,
});

async function measurePeer(name: Peer) {
  const [database, posts] = await Promise.all([openMeteredDatabase(), openPostServer()]);
  const peer = await startPeer(new URL(drivers[name], import.meta.url), [database.endpoint, posts.endpoint]);
  // Of one length and never twice, as API Gateway's are; one leaves before the others come.
  const ids = Array.from({ length: many + 1 }, (_, n) => `connection${String(n).padStart(5, '0')}=`);
  const consumed = async (step: Promise<unknown>): Promise<Consumed> => {
    await step;
    return database.take();
  };
  try {
    await peer.tell({ do: 'subscribe', connectionIds: ids.slice(0, few) });
    database.take();
    const { requests: whenFew } = await consumed(peer.tell({ do: 'disconnect', connectionId: ids[1] ?? '' }));
    await peer.tell({ do: 'subscribe', connectionIds: ids.slice(few, -1) });
    database.take();
    const subscribed = await consumed(peer.tell({ do: 'subscribe', connectionIds: ids.slice(-1) }));
    // The first one makes whatever is kept between invocations.
    await peer.tell({ do: 'publish' });
    posts.take();
    const sent = await broadcastMany(peer, database);
    const left = await consumed(peer.tell({ do: 'disconnect', connectionId: ids[2] ?? '' }));
    posts.take();
    posts.gone.add(ids[3] ?? '');
    const first = await peer.attempt({ do: 'publish' });
    const reached = await posts.settled();
    const second = await peer.attempt({ do: 'publish' });
    const again = await posts.settled();
    return {
      'connect and subscribe: read units': subscribed.readUnits,
      'connect and subscribe: write units': subscribed.writeUnits,
      ...sent,
      [`disconnect with ${few} subscribers: requests`]: whenFew,
      'disconnect: requests': left.requests,
      'disconnect: read units': left.readUnits,
      'disconnect: write units': left.writeUnits,
      'one of them gone: frames that the others got': reached.delivered,
      'one of them gone: posts to it in the next broadcast': again.toGone,
      'one of them gone: failed broadcasts of 2': [first, second].filter(({ failed }) => failed !== undefined)
        .length,
    };
  } finally {
    await peer.stop();
    posts.close();
    await database.close();
  }
}

/** The median broadcast: they differ by what the garbage collector does. */
async function broadcastMany(
  peer: Awaited<ReturnType<typeof startPeer>>,
  database: Awaited<ReturnType<typeof openMeteredDatabase>>,
) {
  const all: (Done & Consumed)[] = [];
  database.take();
  for (let n = 0; n < broadcasts; n++) {
    const done = await peer.tell({ do: 'publish' });
    all.push({ ...done, ...database.take() });
  }
  const median = (of: (one: Done & Consumed) => number) => spreadOf(all.map(of)).median;
  return {
    'broadcast: requests': median((one) => one.requests),
    'broadcast: read units': median((one) => one.readUnits),
    'broadcast: write units': median((one) => one.writeUnits),
    'broadcast: CPU': median((one) => one.cpuMs),
    'broadcast: time': median((one) => one.ms),
  };
}
