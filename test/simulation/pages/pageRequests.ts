import type { Client, RequestOptions, TidingsError } from '@tidings/client';
import type { Random } from '../../../core/ports.ts';
import type { Intent, Reply } from '../users/asks.ts';
import type { Scheduler } from '../world/scheduler.ts';

export interface PageRequestsParts {
  readonly scheduler: Scheduler;
  readonly random: Random;
  /** The client of today: a page that is loaded anew has another. */
  readonly client: () => Client;
}

/** What a page asks again under the same `ref`, for it may have been done. */
const undecided = new Set([
  ...['timeout', 'unavailable', 'internal', 'rate_limited', 'unauthenticated', 'token_expired'],
  ...['offline', 'queue_full', 'closed'],
]);

type Request = (action: string, payload: object, options: RequestOptions) => Promise<Reply['payload']>;

/** What a page asks for. It asks again for a change that the client gave up. */
export function pageRequests({ scheduler, random, client }: PageRequestsParts) {
  let unanswered = 0;

  async function request({ action, topic, payload = {} }: Intent, options: RequestOptions): Promise<Reply> {
    const send = client().request as unknown as Request;
    try {
      return { type: 'ack', payload: await send(action, payload, { ...options, ...(topic && { topic }) }) };
    } catch (error) {
      const { code, ref } = error as TidingsError;
      return { type: 'error', ...(ref !== undefined && { ref }), payload: { code } };
    }
  }

  return {
    unanswered: () => unanswered,
    ask: (intent: Intent) => request(intent, { offline: 'fail' }),
    /** Asks for a change until it is answered. */
    async change(intent: Intent): Promise<Reply> {
      unanswered++;
      let reply = await request(intent, {});
      for (let { ref } = reply; undecided.has(String(reply.payload.code)); ref = reply.ref ?? ref) {
        await scheduler.wait(1000 * (0.5 + random.fraction()));
        reply = await request(intent, ref === undefined ? {} : { ref });
      }
      unanswered--;
      return reply;
    },
  };
}
