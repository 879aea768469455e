import { type ErrorCode, ProtocolError } from '@tidings/protocol';
import { keys } from '../keys.ts';
import type { Row, Table } from '../ports.ts';
import type { Principal } from '../principal.ts';
import { codec } from '../rows.ts';
import type { Runtime } from '../runtime.ts';
import { bucket, type Counted } from './rateLimit.ts';

/** The user that is counted, whichever API the request came by. */
export type CountedUser = Pick<Principal, 'tenant' | 'userId'>;

/** The parts of a request that counting needs. */
export interface CountedRequest {
  readonly principal: CountedUser;
  readonly requestId: string;
  /** When it reached API Gateway. A later time would be wrong for a request that waited in a queue. */
  readonly receivedAt: number;
}

export const rateName = ({ tenant, userId }: CountedUser) => JSON.stringify([tenant, userId]);

/**
 * Counts a request of a user before anything is read for it.
 *
 * @throws ProtocolError `rate_limited`.
 */
export function requireRate({ rates }: Pick<Runtime, 'rates'>, who: CountedUser, receivedAt: number): void {
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
 * Runs a request if the user's rate across all environments allows it. For a user who is quiet in this
 * environment, the shared row is not read. Otherwise the row is read before the request and updated after it,
 * so that a request refused for its rate or its rights costs no write. Of many requests at once, some find
 * only afterwards that the limit was reached. They are refused then, unless they have written something.
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
  const reportCount = () =>
    report(runtime, request, { before, isFinal: watched.wrote() }).catch((error: unknown) => {
      // The request is done. A count that could not be written must not turn it into an error.
      reporter.report(error, { requestId, what: 'counting what a user asks for' });
      return 0;
    });
  let answer: T;
  try {
    answer = await work({ ...runtime, table: watched.table });
  } catch (error) {
    if (isFree(error)) rates.done(name, receivedAt);
    else await reportCount();
    throw error;
  }
  refuseFor(await reportCount());
  return answer;
}

/** Refusals that cost no write (PROTOCOL.md 6). They are reported with the next request that is. */
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

const countedCodec = codec<Partial<Counted>>();

function countedIn(row: Row | undefined): Counted {
  const { fullAt = 0, at = 0 } = row ? countedCodec.fromRow(row) : {};
  return { fullAt, at };
}

/** The same table, which also tells whether anything was written with it. */
function watch(table: Table): { readonly table: Table; wrote(): boolean } {
  let wrote = false;
  const watched = (inner: Table): Table => ({
    ...inner,
    write(write) {
      wrote = true;
      return inner.write(write);
    },
    transact(writes, token) {
      wrote = true;
      return inner.transact(writes, token);
    },
    ...(inner.until && { until: (deadline) => watched(inner.until?.(deadline) ?? inner) }),
  });
  return { table: watched(table), wrote: () => wrote };
}

/** Enough for every bucket to refill, and for clocks that differ. */
const keptSeconds = 3600;

/** What the row said before this request, and whether the request can no longer be refused. */
interface Outcome {
  readonly before: Counted;
  readonly isFinal: boolean;
}

/**
 * Reports requests to the shared row, if the rate allows them or they can no longer be refused.
 *
 * @returns 0 when they were reported, else how long to wait.
 */
async function report(
  runtime: Parts,
  { principal, receivedAt }: CountedRequest,
  { before, isFinal }: Outcome,
): Promise<number> {
  const { rates, table, settings } = runtime;
  const { eachMs, waitMs } = bucketOf(runtime);
  const name = rateName(principal);
  const now = Math.max(before.at, receivedAt);
  const update = keys.rate(principal.tenant, principal.userId);
  const cost = rates.owed(name, now) * eachMs;
  const ttl = Math.ceil(now / 1000) + keptSeconds;
  if (before.fullAt <= now) {
    // The bucket is full, so start it again from now, unless another environment was faster.
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
