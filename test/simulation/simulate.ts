import type { Row } from '../../core/ports.ts';
import { page } from './pages/page.ts';
import { behaviours } from './users/behaviours.ts';
import { crowd } from './users/crowd.ts';
import { type Device, device } from './users/device.ts';
import { pick } from './users/intents.ts';
import { machines, personOf, spiteful, tenants } from './users/people.ts';
import { recount } from './users/recount.ts';
import { spite } from './users/spite.ts';
import { tokensOf } from './users/tokens.ts';
import { machine } from './world/machine.ts';
import { minuteMs, type Wanted, type World, world } from './world/world.ts';

export interface Simulation extends Wanted {
  readonly seed: number;
  readonly clients: number;
  readonly minutes: number;
  /** Whether more than 250 come to listen. @default by chance, in runs of twenty minutes and more */
  readonly crowded?: boolean;
}

/** All that a judge needs: what was seen, and the table when all had come to rest and when all was over. */
export interface Evidence {
  readonly lines: readonly string[];
  readonly atRest: readonly Row[];
  readonly atEnd: readonly Row[];
  readonly digest: string;
}

const startMs = 1_700_000_000_000;
/** Longer than API Gateway keeps an idle socket, so that those whose network vanished are over too. */
const restMinutes = 14;
/** The longest lease, and some minutes of the reaper's. */
const afterMinutes = 2 * 60 + 5 + 4;

/** In which schedules that first run late do all that is due. */
const lateRunsMinutes = 10;

/** Of the runs with faults and without a crowd, those in which the issuer is out for minutes. */
const outages = 0.3;

/** A crowd stays for ten minutes, so a short run has none. */
const minMinutesWithCrowd = 20;
const crowds = 0.15;

/** Runs one seed from the first connect to the last reaper. The same seed gives the same evidence, to the byte. */
export async function simulate({
  seed,
  clients,
  minutes,
  crowded,
  ...wanted
}: Simulation): Promise<Evidence> {
  const here = world(seed, startMs, wanted);
  const { time, notes, table, random } = here;
  notes.note('begin', { seed, clients, minutes, tenants, ...here.about });
  const all = populate(here, clients);
  here.sweepARoom(minutes * minuteMs * random.fraction());
  all.begin();
  const withCrowd = crowded ?? (minutes >= minMinutesWithCrowd && random.fraction() < crowds);
  // Of a crowd each comes but once, so it comes while somebody can let it in.
  if (!withCrowd && here.about.severity > 0 && random.fraction() < outages) {
    const maxMs = 0.2 * minutes * minuteMs;
    here.loseIssuer((minutes * minuteMs - maxMs) * random.fraction(), maxMs * random.fraction());
  }
  const visitors = withCrowd ? gather(here, minutes, all.services) : undefined;
  const enemy = here.about.spiteful ? unleash(here, minutes, all.services) : undefined;
  await time.runUntil(startMs + minutes * minuteMs);

  all.hush();
  enemy?.hush();
  here.stopFaults();
  notes.note('hush');
  await time.runUntil(startMs + (minutes + restMinutes) * minuteMs);

  notes.note('rest', {
    devices: [...all.atRest(), ...(enemy?.atRest() ?? [])],
    waiting: here.queue.waiting().length,
  });
  const atRest = await recount(here, all.askers);

  all.stop();
  enemy?.stop();
  visitors?.report();
  here.gateway.killAll();
  notes.note('dark');
  const usualMinutes = minutes + restMinutes + afterMinutes;
  await time.runUntil(startMs + Math.max(usualMinutes, here.about.lateMinutes + lateRunsMinutes) * minuteMs);
  notes.note('end');
  return { lines: notes.lines(), atRest, atEnd: table.dump(), digest: notes.digest() };
}

/** Every other device, and of those who have two one of each: a page with the shipped client. */
const isPage = (device: number) => (device + Math.floor(device / 10)) % 2 === 1;

/** The devices with those who use them, and the machines. */
function populate({ gateway, time, random, notes, issue, knownTo }: World, clients: number) {
  const parts = { gateway, scheduler: time, random, journal: notes, issue };
  const lives = Array.from({ length: clients }, (_, index) => {
    const person = personOf(index);
    const known = knownTo(person.tenant, person.user);
    const own: Device = (isPage(index) ? page : device)({
      ...parts,
      name: `d${index}`,
      person,
      onEvent: (event) => life.onEvent(event),
    });
    const life = behaviours(own, { scheduler: time, random, meanPauseMs: 16_000, known });
    return { own, life, known };
  });
  const services = machines.map((person) =>
    machine({
      ...parts,
      person,
      tokens: tokensOf({ ...parts, person }),
      known: knownTo(person.tenant, person.user),
      // Who revokes does so now and then.
      meanPauseMs: person.roles.includes('admin') ? 6 * minuteMs : 30_000,
    }),
  );
  return {
    services,
    askers: lives,
    begin() {
      for (const { own, life } of lives) {
        const { tenant, user } = own.person;
        notes.note('owner', { d: own.name, tenant, user });
        own.start();
        life.begin();
      }
      for (const service of services) {
        notes.note('owner', { ...service.owner, machine: true, roles: service.roles, clients: [] });
        service.begin();
      }
    },
    /** Nobody publishes, leaves or changes any more. */
    hush() {
      for (const { own, life } of lives) {
        life.hush();
        own.steady();
      }
      for (const service of services) service.hush();
    },
    atRest: () => [...lives.map(({ own }) => own.atRest()), ...services.map((one) => one.atRest())],
    stop() {
      for (const { own } of lives) own.stop();
    },
  };
}

/** Somebody of one of the tenants means harm. */
function unleash(here: World, minutes: number, services: ReturnType<typeof populate>['services']) {
  const person = { ...spiteful, tenant: pick(here.random, tenants) };
  const enemy = spite(here, person, services);
  enemy.begin();
  enemy.revokeSometime(minutes * minuteMs);
  return enemy;
}

/** A crowd comes to listen. */
function gather(
  { gateway, time, random, notes, issue }: World,
  minutes: number,
  services: ReturnType<typeof populate>['services'],
) {
  const visitors = crowd({ gateway, scheduler: time, random, journal: notes, issue });
  const herald = services.find(({ owner }) => owner.user === 'machine' && owner.tenant === visitors.tenant);
  const latestMs = (minutes - 12) * minuteMs;
  if (herald) visitors.visit(minuteMs + random.fraction() * latestMs, herald);
  return visitors;
}
