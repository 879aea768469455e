import { seededRandom } from '../adapters/memory/clock.ts';
import { memoryQueue } from '../adapters/memory/queue.ts';
import { memoryTable } from '../adapters/memory/table.ts';
import { memoryVerifier } from '../adapters/memory/verifier.ts';
import { reap } from '../core/reap.ts';
import { Settings } from '../core/settings.ts';
import { deliveries } from './deliveries.ts';
import { functions } from './functions.ts';
import { gateway } from './gateway.ts';
import { pick } from './habits.ts';
import { hazards, severities } from './hazards.ts';
import { journal } from './journal.ts';
import { type Person, roomIds, tenants } from './people.ts';
import { scheduler } from './scheduler.ts';

export const minuteMs = 60_000;

/** Everything but the devices: the product on its memory adapters, with a gateway, functions and faults around it. */
export function world(seed: number, startMs: number) {
  const random = seededRandom(seed);
  const time = scheduler(startMs);
  const notes = journal(time.now);
  const table = memoryTable({ clock: time });
  const queue = memoryQueue({ clock: time });
  const tokens = memoryVerifier({ clock: time });
  const about = {
    severity: pick(random, severities),
    limit: pick(random, [1, 2, 2, 4]),
    limitPolicy: pick(random, ['reject', 'reject', 'evict-oldest'] as const),
  };
  const settings = Settings.parse({
    stage: 'prove',
    tokens: { issuer: 'https://issuer', audience: 'prove', jwksUrl: 'https://issuer/jwks' },
    limitPolicy: about.limitPolicy,
    limits: { connectionsPerUser: about.limit },
  });
  const faults = hazards(about.severity, seededRandom(seed + 1), notes);
  const parts = { scheduler: time, random, journal: notes, plan: faults.plan };
  const { gateway: door, sockets } = gateway({ ...parts, functions: () => lambda });
  const lambda = functions({ ...parts, settings, table, sockets, queue, tokens });
  deliveries({ ...parts, queue, functions: lambda });
  const reapEachMinute = () => {
    time.after(minuteMs, reapEachMinute);
    const began = time.now();
    void lambda.invoke('reap', reap).then((ended) => notes.note('reaper', { began, ok: 'value' in ended }));
  };
  time.after(random.fraction() * minuteMs, reapEachMinute);

  return {
    ...{ about, random, time, notes, table, queue, door, faults },
    issue({ tenant, user: sub, roles, clients: client_ids }: Person, lifeMs: number) {
      const iat = Math.floor(time.now() / 1000) - 1;
      const exp = Math.floor((time.now() + lifeMs) / 1000);
      return { token: tokens.issue({ sub, tenant, roles, client_ids, iat, exp }), expiresAt: exp * 1000 };
    },
    /** DynamoDB's TTL takes an idle room away, and with it its epoch. */
    sweepARoom(afterMs: number) {
      time.after(afterMs, () => {
        const [tenant, room] = [pick(random, tenants), pick(random, roomIds)];
        notes.note('swept', { tenant, topic: `room:${room}` });
        void table.write({ delete: { pk: `HEAD#${tenant}#room`, sk: room } });
      });
    },
  };
}

export type World = ReturnType<typeof world>;
