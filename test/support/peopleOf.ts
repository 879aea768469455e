import { unlimited } from '../../core/api/rateLimit.ts';
import { handleAction } from '../../core/api/router.ts';
import { deliverWork } from '../../core/delivery/deliverWork.ts';
import type { Feature } from '../../core/feature.ts';
import type { Principal } from '../../core/principal.ts';
import { memoryRuntime } from '../../testing/memoryRuntime.ts';
import { openConnection } from '../../testing/openConnection.ts';
import type { Answered } from './askActions.ts';
import { principal } from './memoryRuntime.ts';

interface Frame {
  readonly type: string;
  readonly topic?: string;
  readonly seq?: number;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** People of tenant `t` in an app of any features, in memory: nothing is refused for its rate. */
export function peopleOf(features: readonly Feature[], settings: Readonly<Record<string, unknown>> = {}) {
  const runtime = { ...memoryRuntime(features, settings), rates: unlimited };
  let asked = 0;
  const token = (who: Partial<Principal>) => {
    const { userId, tenant, roles, clients, expiresAt } = principal(runtime, who);
    const iat = runtime.clock.now() / 1000;
    return runtime.tokens.issue({
      sub: userId,
      tenant,
      roles,
      client_ids: clients,
      iat,
      exp: expiresAt / 1000,
    });
  };
  return {
    runtime,
    /** Opens a connection. */
    async connect(who: Partial<Principal>) {
      const connectionId = `${who.userId}-${++asked}`;
      const connection = await openConnection(runtime, connectionId, principal(runtime, who));
      const ask = async (action: string, frame: object = {}) =>
        (await connection.ask('r', { action, ref: `ref-${++asked}`, ...frame })).payload as Answered;
      const frames = () => connection.frames() as unknown as readonly Frame[];
      return {
        connectionId,
        ask,
        subscribe: (topic: string, payload: object = {}) => ask('subscribe', { topic, payload }),
        /** Brings a new token. */
        become: (rights: Partial<Principal>) =>
          ask('auth', { payload: { token: token({ ...who, ...rights }) } }),
        frames,
        of: (type: string) => frames().filter((frame) => frame.type === type),
      };
    },
    /** Asks by HTTP. */
    http: async (who: Partial<Principal>, action: string, frame: object = {}) =>
      (await handleAction(runtime, principal(runtime, who), `http-${++asked}`, { action, ...frame }))
        .payload as Answered,
    /** Does the work that is queued for delivery and due. */
    async deliver() {
      for (const { body, done } of runtime.queue.receive()) {
        await deliverWork(runtime, body as never);
        done();
      }
    },
  };
}
