import { validate } from '@tidings/protocol';
import type { Handler } from '../call.ts';
import { inTime, withParts } from '../deadline.ts';
import { keys } from '../keys.ts';
import type { Runtime } from '../runtime.ts';
import type { Topic } from '../topics.ts';
import { canonicalText } from './canonicalText.ts';
import type { Change } from './change.ts';
import type { RequestKey } from './request.ts';
import type { StoredCall } from './waiting.ts';

/** A handler that takes longer until it commits is left to its requester. */
const maxHandlerMs = 200;

/**
 * Repeats a request of another environment up to its commit, to learn what it changes. Until then a handler may only
 * read: one that does more is left to its requester.
 *
 * @returns nothing where it does not come to a commit on this topic.
 */
export async function changeOf<S>(
  runtime: Runtime,
  topic: Topic<S>,
  call: StoredCall,
): Promise<Change<S> | undefined> {
  const handler = runtime.app.actions.get(call.action);
  if (!handler || !isUnderstood(handler, call)) return undefined;
  const repeat = () =>
    new Promise<Change<unknown>>((resolve, reject) => {
      const handOver = ({ ref }: RequestKey, change: Change<unknown>) => {
        if (ref !== call.ref) return Promise.reject(new Error('a request that commits another one first'));
        resolve(change);
        return new Promise<never>(() => {});
      };
      const quiet = withParts(runtime, { ...readingOnly(runtime), handOver });
      const run = async () => handler.handle({ ...call, payload: call.payload, runtime: quiet });
      run().then(() => reject(new Error('a request that commits nothing')), reject);
    });
  try {
    const change = await inTime(runtime, maxHandlerMs, repeat);
    const { tenant } = call.principal;
    return keys.waitPartition(tenant, change.topic) === keys.waitPartition(tenant, topic)
      ? (change as Change<S>)
      : undefined;
  } catch {
    // Its requester finds the same, and answers for it.
    return undefined;
  }
}

/**
 * Whether this function would have read the same in the request. While a release is deployed, its requester may know
 * fields that this one does not, or not those that this one needs.
 */
function isUnderstood({ contract }: Handler, { payload }: StoredCall): boolean {
  try {
    return canonicalText(validate(contract.payload, payload)) === canonicalText(payload);
  } catch {
    return false;
  }
}

/** Parts that write and send nothing. */
function readingOnly({ table }: Runtime) {
  const refuse = () => Promise.reject(new Error('a repeated request only reads'));
  const { get, getTogether, query } = table;
  return {
    table: { get, getTogether, query, write: refuse, transact: refuse },
    sockets: { post: refuse, close: refuse, probe: refuse },
    queue: { send: refuse },
    work: {},
  };
}
