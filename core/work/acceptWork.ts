import type { Call } from '../call.ts';
import { commitRows, type RowChange } from '../log/commitRows.ts';
import { busUserId } from '../principal.ts';
import type { Runtime } from '../runtime.ts';
import { beginWrites, EnoughUnderWay, underWayKey } from './underWay.ts';
import { isUnderWay, queueOf, type WorkMessage, type WorkRules, watchWrite } from './watch.ts';

/** Work that a user asks for. */
export interface NewWork {
  readonly rules: WorkRules;
  readonly id: string;
  readonly now: number;
}

/**
 * How many works are checked. DynamoDB reads 100 rows together, and the request needs some of them. Entries
 * that were never removed are the oldest.
 */
const maxChecked = 90;

/**
 * Accepts work in one transaction with the request: what the change writes (the work's row, `queued`, among it), the
 * work's place among what its user has under way, and the first look at it, by which it is done even if its message
 * is lost. If the user seems to be at the limit, the rows
 * of the work are read too: an entry may be left over from work that ended without removing it, and must not block
 * its user.
 *
 * @returns the answer; for a repeat of the request's `ref` the first one, with the first work's id.
 * @throws ProtocolError `limit_exceeded`; whatever `commitRows` throws.
 */
export async function acceptWork<A extends object>(
  call: Call,
  work: NewWork,
  { rows = [], decide }: RowChange<A>,
): Promise<A> {
  const { runtime, principal } = call;
  const { tenant } = principal;
  const { rules, id, now } = work;
  const max = maxOf(call, rules);
  const key = underWayKey(rules, principal);
  const commitKnowing = (ids: readonly string[]) =>
    commitRows<A>(runtime, call, {
      rows: [key, ...ids.map((one) => rules.key(tenant, one)), ...rows],
      decide: ([underWay, ...read]) => {
        const over = ids.filter((_, n) => !isUnderWay(read[n]));
        const { answer, writes } = decide(read.slice(ids.length));
        const look = watchWrite(rules, { tenant, id }, now);
        const counted = beginWrites(key, underWay, { rules, id, now, max }, over);
        return { answer, writes: [...writes, look, ...counted] };
      },
    });
  try {
    return await commitKnowing([]);
  } catch (error) {
    if (!(error instanceof EnoughUnderWay)) throw error;
    return commitKnowing(error.ids.slice(0, maxChecked));
  }
}

/** Services on the event bus act as one user, without a limit. */
function maxOf({ principal, runtime }: Call, rules: WorkRules): number {
  return principal.userId === busUserId ? Number.POSITIVE_INFINITY : rules.max(runtime.settings);
}

/** Sends the message of work that was accepted. */
export async function queueWork(runtime: Runtime, rules: WorkRules, message: WorkMessage): Promise<void> {
  try {
    const { requestId } = runtime;
    await queueOf(runtime, rules).send([{ ...message, ...(requestId !== undefined && { requestId }) }]);
  } catch (error) {
    // The work is accepted all the same. The search for stalled work sends the message again.
    runtime.reporter.report(error, { requestId: message.id, what: `queueing a ${rules.name}` });
  }
}
