import { type AppOf, ProtocolError, type ServerFrame } from '@tidings/protocol';
import { memoryEventBus } from '../adapters/memory/eventBus.ts';
import { emit } from '../core/delivery/emit.ts';
import type { Feature } from '../core/feature.ts';
import type { OutgoingEvent, Reporter } from '../core/ports.ts';
import type { Principal } from '../core/principal.ts';
import { parseStageConfig } from '../lib/settings/stageConfig.ts';
import { memoryRuntime, tokens } from './memoryRuntime.ts';
import { openConnection } from './openConnection.ts';

/** Who connects. */
export interface KitPerson {
  readonly user: string;
  /** @default acme-msp */
  readonly tenant?: string;
  readonly roles: Principal['roles'];
  /** The clients of a client's user. */
  readonly clients?: readonly string[];
}

type Actions<F extends readonly Feature[]> = AppOf<F>['actions'];
type Of<A, Part extends string> = A extends { readonly [P in Part]: infer T } ? T : never;

/** One connection, without a socket. */
export interface KitConnection<F extends readonly Feature[]> {
  readonly connectionId: string;
  /** All frames that were posted to it, oldest first. */
  frames(): readonly ServerFrame[];
  /** The payloads of the events of a type, oldest first. */
  events(type: string): readonly Readonly<Record<string, unknown>>[];
  /**
   * Asks for an action and gives the payload of the answer.
   *
   * @throws ProtocolError with the code and the message of the refusal. Where the handler threw anything else, the code
   *   is `internal`, and `cause` is what it threw
   */
  request<N extends keyof Actions<F> & string>(
    action: N,
    payload: Of<Actions<F>[N], 'payload'>,
    more?: { readonly topic?: string; readonly ref?: string },
  ): Promise<Of<Actions<F>[N], 'answer'>>;
  /** Subscribes, and gives what it was answered: where the topic stands, and its snapshot. @throws ProtocolError */
  subscribe(
    topic: string,
  ): Promise<{ readonly epoch: string; readonly seq: number; readonly snapshot?: unknown }>;
}

/**
 * The engine and an app's features in memory, without sockets, a database or time of its own: for tests of what a
 * feature does. Everything is there at once; what waits, waits until `clock` is moved.
 *
 * @param settings of the stage, as cdk.json has them
 * @throws ConfigurationError for settings that a deployment would refuse
 * @example
 * const kit = createTestKit(features);
 * const staff = await kit.connect({ user: 'eve', roles: ['msp'] });
 * await staff.request('ticket.create', { clientId: 'acme', title: 'No light' });
 */
export function createTestKit<const F extends readonly Feature[]>(
  features: F,
  settings: Readonly<Record<string, unknown>> = {},
) {
  parseStageConfig(features, 'test', { tokens, ...settings }, 'settings');
  const runtime = memoryRuntime(features, settings);
  const { clock } = runtime;
  const { thrown, reporter } = keptReports(runtime.reporter);
  let opened = 0;
  let asked = 0;

  async function open({
    user,
    tenant = 'acme-msp',
    roles,
    clients = [],
  }: KitPerson): Promise<KitConnection<F>> {
    const connectionId = `connection-${++opened}`;
    const issuedAt = clock.now();
    const principal = { tenant, userId: user, roles, clients, issuedAt, expiresAt: issuedAt + 3_600_000 };
    const { ask: send, frames } = await openConnection({ ...runtime, reporter }, connectionId, principal);

    async function ask(frame: object): Promise<object> {
      const requestId = `request-${++asked}`;
      const { type, payload = {} } = await send(requestId, { ref: requestId, ...frame });
      if (type !== 'error') return payload;
      const { code, message, details, retryAfterMs } = payload as ProtocolError;
      const cause = code === 'internal' ? thrown.get(requestId) : undefined;
      throw new ProtocolError(code, cause === undefined ? message : `the handler failed: ${cause}`, {
        cause,
        ...(details && { details }),
        ...(retryAfterMs && { retryAfterMs }),
      });
    }

    return {
      connectionId,
      frames,
      events: (type) => frames().flatMap((frame) => (frame.type === type ? [frame.payload as never] : [])),
      request: (action, payload, more) => ask({ action, payload, ...more }) as never,
      subscribe: (topic) => ask({ action: 'subscribe', topic }) as never,
    };
  }

  return {
    /** Stands still until a test moves it. */
    clock,
    /** Opens a connection. It is on its feeds from the start. */
    connect: open,
    /**
     * What went to the event bus for other services: the events that their contracts mark with `emit`, those of a topic
     * in order.
     */
    async emitted(): Promise<readonly OutgoingEvent[]> {
      const bus = memoryEventBus();
      const marked = runtime.table.dump().filter((row) => row.emit === true);
      const rows = marked.map(({ pk, sk, frame }) => ({ pk, sequenceNumber: sk, frame: String(frame) }));
      await emit({ ...runtime, bus }, rows);
      return bus.events();
    },
    /** What the engine reported: errors that no client is shown. */
    reports: runtime.reports,
  };
}

/** A reporter that also keeps what no client is shown, by the request that it came of. */
function keptReports(reporter: Reporter) {
  const thrown = new Map<string, unknown>();
  const keeping: Reporter = {
    report(error, about) {
      thrown.set(about.requestId, error);
      reporter.report(error, about);
    },
  };
  return { thrown, reporter: keeping };
}
