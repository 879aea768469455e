import { type ErrorCode, ProtocolError } from '@tidings/protocol';
import { keys } from '../keys.ts';
import type { Row, Table } from '../ports.ts';
import type { Principal } from '../principal.ts';
import { fromRow } from '../rows.ts';
import type { Runtime } from '../runtime.ts';
import { bucket, type Counted } from './rateLimit.ts';

/** Who is counted: one user, whatever it comes by. */
export type CountedUser = Pick<Principal, 'tenant' | 'userId'>;

/** One request, as far as it is counted. */
export interface CountedRequest {
  readonly principal: CountedUser;
  readonly requestId: string;
  /** When it reached API Gateway, not when there was time for it: what waited in a queue was not sent more slowly. */
  readonly receivedAt: number;
}

export const rateName = ({ tenant, userId }: CountedUser) => JSON.stringify([tenant, userId]);

/**
 * Counts a request of a user before anything is read for it.
 *
 * @throws ProtocolError `rate_limited`.
 */
export function requireSlower({ rates }: Pick<Runtime, 'rates'>, who: CountedUser, receivedAt: number): void {
  refuseFor(rates.take(rateName(who), receivedAt));
}

/** @throws ProtocolError `rate_limited` when there is something to wait for. */
export function refuseFor(waitMs: number): void {
  if (waitMs > 0) {
    throw new ProtocolError('rate_limited', 'too many requests: slow down', { retryAfterMs: waitMs });
  }
}

type Parts = Pick<Runtime, 'rates' | 'table' | 'settings' | 'reporter'>;

/**
 * Does what a user asks for, if all environments together have room for it. While the user is quiet in this one, that
 * is not asked. Else the others' count is read before, and told of this one's after: so what is refused for its rate or
 * its rights costs no write. Of many at once some find out only afterwards that there was no room. They are refused
 * then, unless something was written for them.
 *
 * @throws ProtocolError `rate_limited`, and whatever `work` throws.
 */
export async function counted<R extends Parts, T>(
  runtime: R,
  request: CountedRequest,
  work: (runtime: R) => Promise<T>,
): Promise<T> {
  const { rates, table, reporter } = runtime;
  const { principal, requestId, receivedAt } = request;
  const name = rateName(principal);
  if (!rates.isDue(name, receivedAt)) {
    return work(runtime).finally(() => rates.done(name, receivedAt));
  }
  const before = countedIn(await table.get(keys.rate(principal.tenant, principal.userId)));
  rates.learn(name, before);
  refuseFor(bucketOf(runtime).waitMs(before.fullAt, Math.max(before.at, receivedAt)));
  const watched = watch(table);
  const tellOthers = () =>
    tell(runtime, request, { before, isFinal: watched.wrote() }).catch((error: unknown) => {
      // What was done is done, and a count that could not be written is no reason to say otherwise.
      reporter.report(error, { requestId, what: 'counting what a user asks for' });
      return 0;
    });
  let answer: T;
  try {
    answer = await work({ ...runtime, table: watched.table });
  } catch (error) {
    if (isFree(error)) rates.done(name, receivedAt);
    else await tellOthers();
    throw error;
  }
  refuseFor(await tellOthers());
  return answer;
}

/** Refusals that cost no write (PROTOCOL.md 6): they are told of with the next request that may. */
const freeCodes: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'forbidden',
  'not_subscribed',
  'unauthenticated',
  'unknown_topic',
  'validation_failed',
]);
const isFree = (error: unknown) => error instanceof ProtocolError && freeCodes.has(error.code);

const bucketOf = ({ settings }: Pick<Runtime, 'settings'>) =>
  bucket(settings.limits.framesPerSecond, settings.limits.frameBurst);

function countedIn(row: Row | undefined): Counted {
  const { fullAt = 0, at = 0 } = row ? fromRow<Partial<Counted>>(row) : {};
  return { fullAt, at };
}

/** The same table, and whether anything was written by it. */
function watch(table: Table): { readonly table: Table; wrote(): boolean } {
  let wrote = false;
  return {
    table: {
      ...table,
      write(write) {
        wrote = true;
        return table.write(write);
      },
      transact(writes, token) {
        wrote = true;
        return table.transact(writes, token);
      },
    },
    wrote: () => wrote,
  };
}

/** Long enough for every bucket to be full again, and for clocks that differ. */
const keptSeconds = 3600;

/** What the row said before the present request was done, and whether that can no longer be refused. */
interface Told {
  readonly before: Counted;
  readonly isFinal: boolean;
}

/**
 * Tells the others of what was done here, where there is room for it or it is final.
 *
 * @returns 0 when they were told, else how long to wait.
 */
async function tell(
  runtime: Parts,
  { principal, receivedAt }: CountedRequest,
  { before, isFinal }: Told,
): Promise<number> {
  const { rates, table, settings } = runtime;
  const { eachMs, waitMs } = bucketOf(runtime);
  const name = rateName(principal);
  const now = Math.max(before.at, receivedAt);
  const update = keys.rate(principal.tenant, principal.userId);
  const cost = rates.owed(name, now) * eachMs;
  const ttl = Math.ceil(now / 1000) + keptSeconds;
  if (before.fullAt <= now) {
    // Full as it was, the bucket is begun anew: what is over does not count. Unless another was faster.
    const isFull = { is: 'below', attribute: 'fullAt', value: now } as const;
    const { ok } = await table.write({
      update,
      set: { fullAt: now + cost, at: now, ttl },
      if: { is: 'any', of: [{ is: 'absent' }, isFull] },
    });
    if (ok) {
      rates.learn(name, { fullAt: now + cost, at: now });
      return 0;
    }
  }
  const latestFullAt = now + (settings.limits.frameBurst - 1) * eachMs;
  const hasRoom = { is: 'below', attribute: 'fullAt', value: latestFullAt + 1 } as const;
  const add = { update, set: { at: now, ttl }, add: { fullAt: cost } };
  const { ok, before: found } = await table.write(isFinal ? add : { ...add, if: hasRoom });
  const { fullAt, at } = countedIn(found);
  const after = { fullAt: fullAt + (ok ? cost : 0), at: Math.max(at, now) };
  rates.learn(name, after);
  return ok ? 0 : waitMs(after.fullAt, after.at);
}
