import { keys } from '../keys.ts';
import type { Key } from '../ports.ts';
import { tooBusy } from '../retry.ts';
import type { Runtime } from '../runtime.ts';
import type { Change } from './change.ts';
import { gather, maxRead } from './gather.ts';
import { answerAgain, type Committed, firstAnswer, isKept } from './rememberedRequest.ts';
import {
  gathererLeaseMs,
  isOver,
  type Lease,
  type Requested,
  readLease,
  readLine,
  takeLease,
  waitInLine,
} from './waiting.ts';

type Bounded = Runtime & { readonly deadline: number };

/** Waits between looks for the answer: random, so that those who wait do not all look at once. */
const lookEveryMs = { min: 10, spread: 20 };

/**
 * Commits a change of a topic on which others commit at the same time. One of them gathers what the others ask for
 * into its own transactions; those wait in line, each with a row that says what it asks for, until it is gone.
 *
 * @param mayBeGathered whether another one may commit it; else it waits until it may gather itself.
 * @returns nothing where it was passed over: it leaves all as it is, is refused, or was not understood elsewhere.
 * @throws ProtocolError `unavailable` at the deadline.
 */
export async function commitInLine<S>(
  runtime: Bounded,
  request: Requested,
  change: Change<S>,
  { mayBeGathered }: { readonly mayBeGathered: boolean },
): Promise<Committed | undefined> {
  const { table, clock, deadline } = runtime;
  const { tenant, userId } = request.principal;
  const { topic } = change;
  const [ref, lease] = await Promise.all([
    table.get(keys.ref(tenant, userId, request.ref)),
    readLease(runtime, tenant, topic),
  ]);
  if (ref && isKept(ref, runtime)) return answerAgain(runtime, request, ref);
  const taken = isOver(lease, clock.now()) && (await takeLease(runtime, tenant, topic, lease));
  if (taken) return gather(runtime, { request, change }, taken);
  const waiting = mayBeGathered ? await waitInLine(runtime, topic, request, deadline) : undefined;
  const own = { request, change, ...(waiting && { waiting }) };
  const { turn, result } = await orLeave(runtime, waiting, async () => {
    const turn = await untilOver(runtime, own, lease);
    const mayGather = turn !== 'gone' && turn !== 'too late';
    return { turn, result: mayGather ? await gather(runtime, own, turn) : undefined };
  });
  if (turn === 'gone') return answerOf(runtime, own);
  // From here on nobody commits it any more, so that a refusal, or that it is unavailable, stays true.
  const isGone = !result && waiting && !(await table.write({ delete: waiting })).before;
  const committed = result ?? (isGone ? await answerOf(runtime, own) : undefined);
  if (!committed && turn === 'too late') throw tooBusy();
  return committed;
}

/**
 * Takes out of the line what is left of earlier attempts of a request, whose functions died or could not take it out:
 * who is refused is not to find later that it was done.
 *
 * @returns what came of it, where it was committed meanwhile.
 */
export async function withdraw<S>(
  runtime: Runtime,
  request: Requested,
  { topic }: Change<S>,
): Promise<Committed | undefined> {
  const { table } = runtime;
  const { tenant, userId } = request.principal;
  const line = await readLine(runtime, tenant, topic, maxRead);
  const own = await Promise.all(
    line.map(async ({ key, userId: whose, call }) => {
      const asked = whose === userId ? await call() : undefined;
      return asked?.ref === request.ref && asked.hash === request.hash ? [key] : [];
    }),
  );
  await Promise.all(own.flat().map((key) => table.write({ delete: key })));
  // Read last: what was gathered meanwhile is remembered by now, and nothing is left to gather.
  const ref = await table.get(keys.ref(tenant, userId, request.ref));
  return ref && isKept(ref, runtime) ? answerAgain(runtime, request, ref) : undefined;
}

/** Leaves the line where something fails: who is told of an error is not to be committed afterwards. */
async function orLeave<T>({ table }: Runtime, waiting: Key | undefined, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (waiting) await table.write({ delete: waiting }).catch(() => {});
    throw error;
  }
}

/** A change in line, with the row that says so. */
interface InLine<S> {
  readonly request: Requested;
  readonly change: Change<S>;
  readonly waiting?: Key;
}

/**
 * Waits until the row of a request is gone, or its requester has the lease.
 *
 * @param first the lease as it was seen last.
 */
async function untilOver<S>(
  runtime: Bounded,
  { request, change, waiting }: InLine<S>,
  first: Lease | undefined,
): Promise<Lease | 'gone' | 'too late'> {
  const { table, clock, random, deadline } = runtime;
  const { tenant } = request.principal;
  let seen = first;
  let seenAt = clock.now();
  for (;;) {
    await clock.wait(lookEveryMs.min + random.fraction() * lookEveryMs.spread);
    const [row, lease] = await Promise.all([
      waiting && table.get(waiting),
      readLease(runtime, tenant, change.topic),
    ]);
    if (waiting && !row) return 'gone';
    const now = clock.now();
    if (now >= deadline) return 'too late';
    if (lease?.by !== seen?.by) seenAt = now;
    seen = lease;
    // By this clock too, for the gatherer's may be ahead.
    if (!isOver(lease, now) && now - seenAt <= gathererLeaseMs) continue;
    const taken = await takeLease(runtime, tenant, change.topic, lease);
    if (taken) return taken;
  }
}

/** The answer to a request whose row is gone; nothing where it was passed over. */
async function answerOf<S>(
  runtime: Runtime,
  { request, waiting }: InLine<S>,
): Promise<Committed | undefined> {
  const { tenant, userId } = request.principal;
  const ref = await runtime.table.get(keys.ref(tenant, userId, request.ref));
  if (!ref || !isKept(ref, runtime)) return undefined;
  return (waiting && (await firstAnswer(runtime, ref, waiting.sk))) ?? answerAgain(runtime, request, ref);
}
