import type { Row } from '../core/ports.ts';
import { type Device, device } from './device.ts';
import { habits, machine } from './habits.ts';
import { machines, personOf, tenants } from './people.ts';
import { minuteMs, type World, world } from './world.ts';

export interface Simulation {
  readonly seed: number;
  readonly clients: number;
  readonly minutes: number;
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

/** Runs one seed from the first connect to the last reaper. The same seed gives the same evidence, to the byte. */
export async function simulate({ seed, clients, minutes }: Simulation): Promise<Evidence> {
  const here = world(seed, startMs);
  const { time, notes, table, random } = here;
  notes.note('begin', { seed, clients, minutes, tenants, ...here.about });
  const all = populate(here, clients);
  here.sweepARoom(minutes * minuteMs * random.fraction());
  all.begin();
  await time.runUntil(startMs + minutes * minuteMs);

  all.hush();
  here.faults.stop();
  notes.note('hush');
  await time.runUntil(startMs + (minutes + restMinutes) * minuteMs);

  notes.note('rest', { devices: all.standing(), waiting: here.queue.waiting().length });
  const atRest = await askForStats(here);

  all.stop();
  here.door.killAll();
  notes.note('dark');
  await time.runUntil(startMs + (minutes + restMinutes + afterMinutes) * minuteMs);
  notes.note('end');
  return { lines: notes.lines(), atRest, atEnd: table.dump(), digest: notes.digest() };
}

/** The devices with those who use them, and the machines. */
function populate({ door, time, random, notes, issue }: World, clients: number) {
  const parts = { gateway: door, scheduler: time, random, journal: notes, issue };
  const lives = Array.from({ length: clients }, (_, index) => {
    const own: Device = device({
      ...parts,
      name: `d${index}`,
      person: personOf(index),
      onEvent: (event) => life.onEvent(event),
    });
    const life = habits(own, { scheduler: time, random, meanPauseMs: 20_000 });
    return { own, life };
  });
  const services = machines.map((person) =>
    machine({ ...parts, person, meanPauseMs: 30_000, token: () => issue(person, 60 * minuteMs).token }),
  );
  return {
    begin() {
      for (const { own, life } of lives) {
        const { tenant, user } = own.person;
        notes.note('owner', { d: own.name, tenant, user });
        own.start();
        life.begin();
      }
      for (const service of services) {
        notes.note('owner', service.owner);
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
    standing: () => [...lives.map(({ own }) => own.standing()), ...services.map((one) => one.standing())],
    stop() {
      for (const { own } of lives) own.stop();
    },
  };
}

/** By way of the product, and at a time when nobody comes or goes. @returns the table at that time. */
async function askForStats({ table, door, time, notes, issue }: World): Promise<readonly Row[]> {
  const roster = (rows: readonly Row[]) => JSON.stringify(rows.filter(({ pk }) => pk.startsWith('SUBS#')));
  for (;;) {
    const rows = table.dump();
    const asked = tenants.map((tenant) => {
      const auditor = { tenant, user: 'auditor', roles: ['admin'], clients: [] };
      return door.request(issue(auditor, 60 * minuteMs).token, 'stats', {});
    });
    await time.runUntil(time.now() + 1000);
    if (roster(rows) !== roster(table.dump())) continue;
    const answers = await Promise.all(asked);
    for (const [index, tenant] of tenants.entries()) {
      notes.note('stats', { tenant, answer: answers[index] });
    }
    return rows;
  }
}
