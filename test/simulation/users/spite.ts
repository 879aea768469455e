import { machine } from '../world/machine.ts';
import { minuteMs, type World } from '../world/world.ts';
import type { Intent, Reply } from './asks.ts';
import { type Device, device } from './device.ts';
import { pick, trespass } from './intents.ts';
import { knowledge } from './knowledge.ts';
import {
  allChannels,
  channelNames,
  clientIds,
  type Person,
  queueDates,
  roomIds,
  userNames,
} from './people.ts';
import { tokensOf } from './tokens.ts';

/** What he fires at once: as much as a burst lets him, and some. */
const salvo = 45;
const meanPauseMs = 45_000;
const rooms = 25;

type Services = readonly ReturnType<typeof machine>[];

/** What an attack needs. */
interface Arms {
  readonly here: World;
  readonly person: Person;
  readonly devices: readonly Device[];
  /** He by HTTP. */
  readonly byHttp: ReturnType<typeof machine>;
  /** All at once, each by another API than the one before. */
  readonly fire: (intents: readonly (Intent | undefined)[]) => Promise<readonly (Reply | undefined)[]>;
  /** A text that nobody else has. */
  readonly mark: () => string;
}

type Attack = (arms: Arms) => Promise<unknown>;

/**
 * Somebody with a good token and bad intentions: he asks for as much as he can get through all APIs at once, of all that
 * he may ask for and of much that he may not. What others are promised must hold beside him (I18), and all that is
 * judged of everybody is judged of him.
 */
export function spite(here: World, person: Person, services: Services) {
  const { gateway, time, random, notes, about } = here;
  // As far ahead as his issuer's clock may be, seen from the slowest of functions.
  const aheadMs = Math.max(0, 4000 - about.maxSkewMs);
  const issue: World['issue'] = (rights, lifeMs) => here.issue(rights, lifeMs, aheadMs);
  const parts = { gateway, scheduler: time, random, journal: notes, issue, person };
  const devices = Array.from({ length: about.limit + 1 }, (_, n) => device({ ...parts, name: `spite-${n}` }));
  // By HTTP nobody tells which rights a token gave, so it is always those that he has.
  const tokens = tokensOf(parts);
  tokens.steady();
  const byHttp = machine({
    ...parts,
    tokens,
    known: knowledge()(person.tenant, person.user),
    meanPauseMs,
  });
  let said = 0;
  const arms: Arms = {
    ...{ here, person, devices, byHttp },
    mark: () => `${person.tenant}|spite|${said++}`,
    fire(intents) {
      const apis = [...devices.filter((one) => one.isReady()), byHttp];
      return Promise.all(
        intents.flatMap((intent, n) => (intent ? [apis[n % apis.length]?.ask(intent)] : [])),
      );
    },
  };
  const warden = services.find(
    ({ owner, roles }) => owner.tenant === person.tenant && roles.includes('admin'),
  );
  let quiet = false;
  const act = () => {
    if (quiet) return;
    time.after(-Math.log(1 - random.fraction()) * meanPauseMs, act);
    notes.note('spite');
    void pick(random, attacks)(arms);
  };

  return {
    begin() {
      const { tenant, user, roles, clients } = person;
      for (const { name } of devices) notes.note('owner', { d: name, tenant, user });
      notes.note('owner', { ...byHttp.owner, machine: true, roles, clients });
      for (const one of devices) one.start();
      time.after(minuteMs, act);
    },
    /** Whoever looks after the tenant takes his tokens away, now and then. */
    revokeSometime(forMs: number) {
      time.after(forMs * random.fraction(), () => {
        void warden?.publish({ action: 'user.revoke', payload: { userId: person.user } });
      });
    },
    hush() {
      quiet = true;
      for (const one of devices) one.steady();
    },
    atRest: () => devices.map((one) => one.atRest()),
    stop() {
      for (const one of devices) one.stop();
    },
  };
}

const times = <T>(count: number, make: (n: number) => T): T[] =>
  Array.from({ length: count }, (_, n) => make(n));

const long = (mark: string, bytes: number) => `${mark} ${'more '.repeat(bytes / 5)}`;

/** A room that is filled, and then asked for a hundred times from its beginning. */
const fillARoom: Attack = async ({ here: { random }, devices, fire, mark }) => {
  const topic = `room:${pick(random, roomIds)}`;
  const ready = devices.filter((one) => one.isReady());
  await Promise.all(ready.map((one) => one.ask({ action: 'subscribe', topic })));
  const answers = await fire(
    times(30, () => ({ action: 'room.send', topic, payload: { body: long(mark(), 6_000) } })),
  );
  const epoch = answers.find((answer) => answer?.type === 'ack')?.payload.epoch;
  if (epoch === undefined) return;
  const subs = times(100, () => ({ topic, since: { epoch, seq: 0 } }));
  await fire(ready.map(({ name }) => ({ action: 'hello', payload: { v: 1, clientId: name, subs } })));
};

/** All that one other person may be sent, and much more, at once. */
const floodAColleague: Attack = ({ here: { random }, fire, mark }) => {
  const userId = pick(random, userNames);
  return fire(
    times(salvo, () => ({ action: 'message.send', payload: { userId, body: long(mark(), 3_000) } })),
  );
};

/** New sockets, each for another forty frames. */
const comeAnew: Attack = async ({ here: { random, time }, devices: [one], mark }) => {
  for (let sockets = 0; sockets < 3 && one; sockets++) {
    if (!one.isReady()) return;
    const userId = pick(random, userNames);
    void Promise.all(times(40, () => one.ask({ action: 'message.send', payload: { userId, body: mark() } })));
    await time.wait(1000);
    one.hangUp('killed', 100);
    await time.wait(10_000);
  }
};

const pileUpRequests: Attack = async ({ byHttp }) => {
  const kinds = ['tickets', 'stats', 'notification.list', 'presence.get'];
  await Promise.all(times(salvo, (n) => byHttp.ask({ action: kinds[n % kinds.length] as string })));
};

/** Names that mean something to a program, and more of them than there may be. */
const junkKinds: Attack = ({ person: { clients }, fire }) => {
  const names = ['constructor', '__proto__', 'toString', 'hasOwnProperty'];
  const kinds = [...names, ...times(20, (n) => `junk-${n}`)];
  return fire(
    kinds.map((kind) => ({ action: 'interaction.record', payload: { clientId: clients[0], kind } })),
  );
};

const bookUp: Attack = ({ here: { random }, fire }) => {
  const at = (n: number) => `${10 + (n % 8)}:${10 + (n % 50)}`;
  const date = pick(random, queueDates);
  const book = (n: number, day: string) => ({
    action: 'queue.book',
    payload: { date: day, doctorId: 'dr-a', patientId: `spite-${n}`, at: at(n) },
  });
  return fire([...times(40, (n) => book(n, date)), ...times(3, (n) => book(n, `${9990 + n}-01-01`))]);
};

const makeThingsUp: Attack = ({ here: { random }, fire, mark }) =>
  fire([
    ...times(12, () => ({ action: 'subscribe', topic: `conversation:${random.id()}` })),
    ...times(12, () => ({ action: 'message.send', payload: { userId: random.id(), body: mark() } })),
    ...['rooms', 'clients', 'conversation'].map((topic) => ({ action: 'subscribe', topic })),
    { action: 'hello', payload: { v: 1, subs: times(100, (n) => ({ topic: `no topic ${n}` })) } },
  ]);

/** Two requests under one `ref`, through two APIs. */
const oneRefTwice: Attack = async ({ devices: [one], byHttp, person, mark }) => {
  const intent = () => ({ action: 'message.send', payload: { userId: person.user, body: mark() } });
  const answer = one?.isReady() ? await one.ask(intent()) : undefined;
  if (answer?.type === 'ack') await byHttp.ask(intent(), answer.ref);
};

/** As many rooms as there are, all left at once without a word. */
const enterAndVanish: Attack = async ({ devices, here: { random } }) => {
  const one = pick(random, devices);
  if (!one.isReady()) return;
  await Promise.all(times(rooms, (n) => one.ask({ action: 'subscribe', topic: `room:spite-${n}` })));
  one.hangUp(pick(random, ['closed', 'killed', 'silent']), 2000);
};

const askTooMuch: Attack = ({ fire, mark }) =>
  fire(
    times(20, (n) =>
      n % 2 === 0
        ? {
            action: 'job.submit',
            payload: { kind: 'translate', input: { text: `${mark()} hello`, to: 'es' } },
          }
        : { action: 'assistant.ask', payload: { text: mark() } },
    ),
  );

/** What belongs to others, by whatever he has overheard. */
const trespasses: Attack = ({ here: { random, knownTo }, person, fire, mark }) =>
  fire(times(20, () => trespass(random, person, knownTo(person.tenant, person.user), mark())));

/** What his client's counters were is the staff's to forget. */
const forgetEverything: Attack = ({ fire }) =>
  fire(clientIds.map((clientId) => ({ action: 'interaction.forget', payload: { clientId, kind: 'login' } })));

/** Channels that are not his, with all that they keep, and as much as he gets onto those that are. */
const fillChannels: Attack = ({ fire, mark }) =>
  fire([
    ...[...channelNames, ...allChannels].map((topic) => ({
      action: 'subscribe',
      topic,
      payload: { last: 50 },
    })),
    ...channelNames.flatMap((topic) => [
      { action: 'channel.publish', topic, payload: { messages: times(50, (n) => ({ [mark()]: n })) } },
      { action: 'presence.set', topic, payload: { data: long(mark(), 200) } },
      { action: 'presence.get', topic },
    ]),
  ]);

const attacks: readonly Attack[] = [
  ...[fillARoom, floodAColleague, comeAnew, pileUpRequests, junkKinds, bookUp, makeThingsUp],
  ...[oneRefTwice, enterAndVanish, askTooMuch, trespasses, forgetEverything, fillChannels],
];
