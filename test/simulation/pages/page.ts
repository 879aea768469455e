import {
  type Client,
  type ClientFeature,
  createClient,
  everyTopic,
  keepPositions,
  lastEvents,
} from '@tidings/client';
import { clientFeatures } from '../../../features/clients.ts';
import type { Device, DeviceParts } from '../users/device.ts';
import type { Event } from '../users/inbox.ts';
import { allChannels, feedsOf, isStaff, mayFollow, type Person } from '../users/people.ts';
import { tokensOf } from '../users/tokens.ts';
import { dialing } from '../world/dialedSocket.ts';
import { network } from '../world/network.ts';
import { keptPositions } from './keptPositions.ts';
import { pageRequests } from './pageRequests.ts';
import { pagePasses } from './pageTokens.ts';
import { pageTopics } from './pageTopics.ts';

/** In which a page is loaded again. */
const loadMs = 200;
/** People's machines are wrong by minutes. */
const maxSkewMs = 5 * 60_000;

/** A page with the client that is shipped: it shows what its user may see, and signs in again where it has to. */
export function page(parts: DeviceParts): Device {
  const { name, person, gateway, scheduler, random, journal } = parts;
  const tokens = tokensOf(parts);
  const passes = pagePasses(tokens);
  const entered = new Set<string>();
  /** Some apps keep what they were given, and come back to where they were. */
  const kept = !isStaff(person) && random.fraction() < 0.5 ? keptPositions() : undefined;
  const features = [...clientFeatures, channelRules(random.fraction() < 0.5 ? lastShown : 0)];
  const skewMs = Math.round((random.fraction() * 2 - 1) * maxSkewMs);
  let rights = person;
  let stopped = false;
  /** A page that keeps what it was given is loaded anew just after an event, which it may not have saved yet. */
  let isReloadDue = false;

  const net = network(scheduler);
  const sockets = dialing({
    ...{ name, gateway, scheduler, journal, online: net.signals.online },
    passOf: passes.of,
    onRights(connectionId, pass) {
      passes.use(connectionId, pass);
      adoptRights();
    },
  });

  function load() {
    const client: Client = createClient({
      features,
      url: 'wss://gateway/prove',
      clientId: name,
      WebSocket: sockets.WebSocket,
      random: random.fraction,
      clock: {
        now: () => scheduler.now() + skewMs,
        setTimeout: (run, ms) => ({ cancel: scheduler.after(ms, run) }),
      },
      getToken: ({ force }) => passes.tokenFor(force, client.status.getSnapshot().state === 'open'),
      signals: net.signals,
      ...(kept && { positions: keepPositions(kept.storage((positions) => topics.restore(positions))) }),
      onError: (error) => journal.note('report', { what: `the client of ${name}`, error: String(error) }),
    });
    const onEvent = (event: Event) => {
      parts.onEvent?.(event);
      if (isReloadDue) scheduler.after(0, loadAgain);
      isReloadDue = false;
    };
    const topics = pageTopics({ name, journal, client, onEvent, keeps: kept !== undefined });
    client.status.subscribe(() => {
      const { state, code, reason } = client.status.getSnapshot();
      if (state === 'open') adoptRights();
      if (state === 'closed' && reason !== 'closed') signInAgain(code);
    });
    return { client, topics };
  }
  let here = load();
  const requests = pageRequests({ scheduler, random, client: () => here.client });
  const statusNow = () => here.client.status.getSnapshot();

  /** What its user may see, as far as it was asked for. Staff see each client in the list of all. */
  const followed = () => new Set([...pageFeeds(rights), ...[...entered].filter(mayEnter)]);
  /** A refusal holds for as long as the connection, so a page asks for nothing that its user may not see today. */
  const mayEnter = (topic: string) => mayFollow(rights, topic);

  function adoptRights() {
    rights = passes.rightsOn(statusNow().session?.connectionId) ?? rights;
    const wanted = followed();
    for (const topic of here.topics.names()) if (!wanted.has(topic)) here.topics.leave(topic);
    for (const topic of wanted) here.topics.follow(topic);
  }

  /** The server said `never`: who was revoked needs another token, who was replaced stays away for a while. */
  function signInAgain(code: number | undefined) {
    if (code === 4403) tokens.discard();
    comeBack(code === 4409 ? 90_000 * (1 + random.fraction()) : 1000);
  }

  function comeBack(awayMs: number) {
    const { client } = here;
    scheduler.after(awayMs, () => !stopped && here.client === client && client.connect());
  }

  function loadAgain() {
    here.client.close();
    scheduler.after(loadMs, () => {
      if (stopped) return;
      here.client.close();
      journal.note('reload', { d: name, keeps: kept !== undefined });
      here = load();
      adoptRights();
      here.client.connect();
    });
  }

  return {
    name,
    person,
    start: () =>
      void scheduler.after(random.fraction() * 30_000, () => {
        adoptRights();
        here.client.connect();
      }),
    steady() {
      isReloadDue = false;
      tokens.steady();
    },
    stop() {
      stopped = true;
      net.lose(Number.POSITIVE_INFINITY);
      sockets.cut('silent');
      here.client.close();
    },
    hangUp(how, awayMs = 0) {
      if (how === 'closed') {
        here.client.close();
        return comeBack(awayMs);
      }
      net.lose(awayMs);
      sockets.cut(how);
    },
    isReady: () => statusNow().state === 'open',
    entered: (kind) => [...entered].filter((topic) => topic.startsWith(`${kind}:`)),
    async enter(topic) {
      // What came by way of all channels is not kept: whoever keeps positions follows each by itself.
      if (kept && allChannels.includes(topic)) return;
      entered.add(topic);
      if (!mayEnter(topic)) return;
      here.topics.follow(topic);
      await here.topics.joined(topic);
    },
    async leave(topic) {
      entered.delete(topic);
      here.topics.leave(topic);
    },
    atRest: () => ({
      d: name,
      ready: statusNow().state === 'open',
      conn: statusNow().session?.connectionId,
      topics: [...followed()],
      unanswered: requests.unanswered(),
      shown: here.topics.shown(),
    }),
    change: requests.change,
    ask: requests.ask,
    reload() {
      if (kept) isReloadDue = true;
      else loadAgain();
    },
  };
}

/** How many of its last events a page shows first, if any. */
const lastShown = 3;

const channelRules = (last: number): ClientFeature => ({
  topics: {
    ...Object.fromEntries(allChannels.map((all) => [all, everyTopic])),
    ...(last > 0 && { room: lastEvents(last), orders: lastEvents(last), news: lastEvents(last) }),
  },
});

const pageFeeds = (rights: Person) =>
  feedsOf(rights).filter((topic) => !isStaff(rights) || topic === 'client:*' || !topic.startsWith('client:'));
