import { InjectedFault } from '../../../adapters/faulty/plan.ts';
import { seededRandom } from '../../../adapters/memory/clock.ts';
import { memoryTable } from '../../../adapters/memory/table.ts';
import { memoryVerifier } from '../../../adapters/memory/verifier.ts';
import { reap } from '../../../core/connections/reap.ts';
import { type DeliveryWork, deliverWorks } from '../../../core/delivery/deliverWork.ts';
import type { Random } from '../../../core/ports.ts';
import { resumeWork, type WorkMessage } from '../../../core/work/watch.ts';
import { runStream } from '../../../features/assistant/runStream.ts';
import { runJob } from '../../../features/jobs/runJob.ts';
import { journal } from '../journal.ts';
import { pick } from '../users/intents.ts';
import { knowledge } from '../users/knowledge.ts';
import { channelNames, type Person, roomIds, tenants } from '../users/people.ts';
import type { Pass } from '../users/tokens.ts';
import { type EventSource, type EventSourceParts, eventSource } from './eventSource.ts';
import { severities, worldFaults } from './faults.ts';
import { type AnyRuntime, type FunctionName, functions, timeoutsMs } from './functions.ts';
import { simulatedGateway } from './gateway.ts';
import { shakyBus } from './outside.ts';
import { scheduler } from './scheduler.ts';
import { app, emittedTypes } from './simulatedApp.ts';
import { tableStream } from './tableStream.ts';

export const minuteMs = 60_000;
/**
 * What the clocks of functions are off by at most. The nearest margin is the leeway of 5 s by which a token is judged;
 * a handshake, which may take 29 s, has a minute.
 */
const skewsMs = [1000, 1000, 1000, 1000, 5000];
/** Mostly long, since people here seldom publish at once. */
const batchesMs = [80, 1_000, 1_000];
/** In so many seeds somebody is there who means harm. */
const spites = 0.3;
/** Limits that several share, so near that one who had no share of his own would reach them alone. */
const nearLimits = { kindsPerClient: 22, clientAppointmentsPerDoctor: 35, appointmentsPerDoctor: 120 };
/** In so many the schedules first run hours late: later than any search begins that nobody wrote the beginning of. */
const lates = 0.15;
const lateMinutes = { min: 4 * 60, max: 9 * 60 };

/** Everything but the devices: the product on its memory adapters, with a gateway, functions and faults around it. */
export function world(seed: number, startMs: number, wanted: Wanted = {}) {
  const random = seededRandom(seed);
  const time = scheduler(startMs);
  const notes = journal(time.now);
  const about = {
    severity: pick(random, severities),
    limit: pick(random, [1, 2, 2, 4]),
    limitPolicy: pick(random, ['reject', 'reject', 'evict-oldest'] as const),
    maxSkewMs: pick(random, skewsMs),
    emitted: emittedTypes,
    batchMs: pick(seededRandom(seed + 5), batchesMs),
    ...rarities(seededRandom(seed + 2), wanted),
  };
  const settings = app.settings.parse({
    stage: 'prove',
    tokens: { issuer: 'https://issuer', audience: 'prove', jwksUrl: 'https://issuer/jwks' },
    limitPolicy: about.limitPolicy,
    batchMs: about.batchMs,
    collectionBatchMs: about.batchMs,
    limits: { connectionsPerUser: about.limit, ...(about.spiteful && nearLimits) },
  });
  const { leewaySeconds } = settings.tokens;
  const tokens = memoryVerifier({ clock: time, leewaySeconds });
  const faults = worldFaults(about.severity, seededRandom(seed + 1), notes);
  const parts = { scheduler: time, random, journal: notes };
  const { gateway, sockets } = simulatedGateway({
    ...parts,
    plan: faults.planFor(),
    functions: () => lambda,
  });
  // With draws of its own: what other services are told changes nothing for anybody else.
  const apart = {
    ...{ ...parts, random: seededRandom(seed + 3) },
    faults: worldFaults(about.severity, seededRandom(seed + 4), notes),
  };
  const stream = tableStream({ ...apart, plan: apart.faults.planFor(), functions: () => outgoing });
  const table = stream.watched(memoryTable({ clock: time }));
  let issuerIsAway = false;
  const queues = queuesOf({ ...parts, functions: () => lambda });
  const shared = {
    ...{ settings, table, sockets, maxSkewMs: about.maxSkewMs, ...queues },
    bus: shakyBus({ clock: time, random: apart.random, fails: apart.faults.outside }, notes),
    tokens: {
      async verify(token) {
        if (issuerIsAway) throw new InjectedFault('the issuer does not answer');
        return tokens.verify(token);
      },
    },
  } satisfies Partial<Parameters<typeof functions>[0]>;
  const lambda = functions({ ...parts, faults, ...shared });
  const outgoing = functions({ ...apart, ...shared });
  // In AWS both are one function. Here each dies by itself, so that an end that came too late has its own excuse or none.
  const reapEachMinute = () => {
    time.after(minuteMs, reapEachMinute);
    const began = time.now();
    void lambda.invoke('reap', reap).then((ended) => {
      notes.note('reaper', { began, ok: 'value' in ended });
    });
    void lambda.invoke('resume', resumeWork);
  };
  time.after((about.lateMinutes + random.fraction()) * minuteMs, reapEachMinute);

  return {
    ...{ about, random, time, notes, table, gateway, ...queues },
    knownTo: knowledge(),
    stopFaults() {
      for (const one of [faults, apart.faults]) one.stop();
    },
    /** @param aheadMs by how much the issuer's clock is ahead. */
    issue(rights: Person, lifeMs: number, aheadMs = 0): Pass {
      const { tenant, user: sub, roles, clients: client_ids } = rights;
      const iat = Math.floor((time.now() + aheadMs) / 1000) - 1;
      const exp = Math.floor((time.now() + lifeMs) / 1000);
      const token = tokens.issue({ sub, tenant, roles, client_ids, iat, exp });
      return { token, issuedAt: iat * 1000, expiresAt: exp * 1000, rights };
    },
    /** Nobody's token can be judged, which says nothing of the token. */
    loseIssuer(afterMs: number, forMs: number) {
      time.after(afterMs, () => {
        notes.note('issuer away');
        issuerIsAway = true;
      });
      time.after(afterMs + forMs, () => {
        issuerIsAway = false;
      });
    },
    /** DynamoDB's TTL takes an idle room or channel away, and with it its epoch. */
    sweepARoom(afterMs: number) {
      time.after(afterMs, () => {
        const rooms = roomIds.map((id) => `room:${id}`);
        const [tenant, topic] = [pick(random, tenants), pick(random, [...rooms, ...channelNames])];
        notes.note('swept', { tenant, topic });
        const [kind, sk = ''] = topic.split(':');
        void table.write({ delete: { pk: `HEAD#${tenant}#${kind}`, sk } });
      });
    },
  };
}

/** What comes up now and then, or because it is wanted. */
export interface Wanted {
  readonly spiteful?: boolean;
  readonly late?: boolean;
}

function rarities(random: Random, { spiteful, late }: Wanted) {
  const [chance, chanceOfLate, share] = [random.fraction(), random.fraction(), random.fraction()];
  const { min, max } = lateMinutes;
  return {
    spiteful: spiteful ?? chance < spites,
    lateMinutes: (late ?? chanceOfLate < lates) ? Math.round(min + share * (max - min)) : 0,
  };
}

/**
 * A message is hidden for six times what its function may take, as in `lib/background/workQueue.ts`; those of deliveries for
 * less, so that some come again while the first is still at work.
 */
function queuesOf(parts: EventSourceParts) {
  const worker = (fn: FunctionName, work: EventSource['work']) =>
    eventSource({ fn, work, maxBatch: 1, visibilityMs: 6 * timeoutsMs[fn], maxReceives: 3 }, parts);
  return {
    queue: eventSource(
      { fn: 'deliver', work: asDelivery, maxBatch: 10, maxReceives: 5, visibilityMs: 30_000 },
      parts,
    ),
    work: {
      job: worker('work', asWork(runJob)),
      stream: worker('stream', asWork(runStream)),
    },
  };
}

const asDelivery: EventSource['work'] = (runtime, bodies) =>
  deliverWorks(runtime, bodies as unknown as DeliveryWork[]);

const asWork =
  (work: (runtime: AnyRuntime, message: WorkMessage) => Promise<void>): EventSource['work'] =>
  (runtime, bodies) =>
    bodies.map((body) => work(runtime, body as unknown as WorkMessage));

export type World = ReturnType<typeof world>;
