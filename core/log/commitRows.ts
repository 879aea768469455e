import { withDeadline } from '../deadline.ts';
import { keys } from '../keys.ts';
import type { Key, Row, Write } from '../ports.ts';
import { again, retry } from '../retry.ts';
import type { Runtime } from '../runtime.ts';
import { transact } from '../transact.ts';
import { answerAgain, isKept, refWrite } from './rememberedRequest.ts';
import type { RequestKey } from './request.ts';

/** A change without an event. */
export interface RowChange<A extends object> {
  /** Rows that the decision depends on, read in one instant. */
  readonly rows?: readonly Key[];
  /** Must be pure: it may run several times. It refuses by throwing a ProtocolError. */
  readonly decide: (rows: readonly (Row | undefined)[]) => {
    readonly answer: A;
    /** Each with the condition that the decision depended on. */
    readonly writes: readonly Write[];
  };
}

/**
 * Changes rows and stores the request in the same transaction, so that a repeat of its `ref` changes nothing
 * and gets the first answer, with `dup: true`.
 *
 * @throws ProtocolError the decision's own refusal; `conflict` (the `ref` was used for another request);
 *   `unavailable` after three seconds of contention.
 */
export async function commitRows<A extends object>(
  parts: Runtime,
  request: RequestKey,
  { rows = [], decide }: RowChange<A>,
): Promise<A> {
  const runtime = withDeadline(parts);
  const { tenant, userId } = request.principal;
  const refKey = keys.ref(tenant, userId, request.ref);
  return retry(runtime, async () => {
    const [ref, ...read] = await runtime.table.getTogether([refKey, ...rows]);
    if (ref && isKept(ref, runtime)) return (await answerAgain(runtime, request, ref)).answer as A;
    const { answer, writes } = decide(read);
    const memory = refWrite(runtime, request, { answer });
    const failed = await transact(runtime, [memory, ...writes]);
    if (!failed) return answer;
    const rival = failed.get(0);
    if (rival) return (await answerAgain(runtime, request, rival)).answer as A;
    return again();
  });
}
