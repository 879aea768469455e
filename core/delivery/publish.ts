import type { Contract } from '@tidings/protocol';
import type { Call, EventOf } from '../call.ts';
import { withDeadline } from '../deadline.ts';
import type { Change } from '../log/change.ts';
import { commit } from '../log/commit.ts';
import { resentWrite } from '../log/rememberedRequest.ts';
import { expectUnits } from './completions.ts';
import { sendEvents } from './windows/sendEvents.ts';

/**
 * Commits a change and sends its events, which the contract of the call declares, to the topic's audience.
 *
 * @returns the payload of the answer: the decision's, with `epoch` and `seq` of the last event where there is one.
 */
export async function publish<S, C extends Contract>(
  call: Call<C>,
  change: Change<S, EventOf<C>>,
  { exceptSender = false } = {},
): Promise<object> {
  const { principal, connection, clientRef } = call;
  const runtime = withDeadline(call.runtime);
  const except = exceptSender ? connection?.connectionId : undefined;
  const asked = except === undefined ? change : { ...change, except };
  const { answer, events, isAgain, quietMs } = await commit(runtime, call, asked);
  const completion = runtime.settings.completions &&
    connection && {
      id: runtime.random.id(),
      connectionId: connection.connectionId,
      ...(clientRef !== undefined && { ref: clientRef }),
    };
  try {
    const broadcast = {
      tenant: principal.tenant,
      topic: change.topic,
      ...(except !== undefined && { except }),
      ...(completion && { completion }),
    };
    if (events) {
      await sendEvents(runtime, { ...broadcast, events, ...(quietMs !== undefined && { quietMs }) });
      if (isAgain) await runtime.table.write(resentWrite(call));
    } else if (completion) await expectUnits(runtime, completion, 0, { delivered: 0, gone: 0 });
  } catch (error) {
    // The change is committed, so the request succeeds. Receivers will notice the gap.
    runtime.reporter.report(error, { requestId: runtime.requestId ?? call.ref, what: 'a fan-out' });
  }
  return answer;
}
