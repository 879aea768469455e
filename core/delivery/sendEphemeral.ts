import { type Contract, wireTopic } from '@tidings/protocol';
import type { EventOf } from '../call.ts';
import { shownUser } from '../principal.ts';
import type { Runtime } from '../runtime.ts';
import type { Topic } from '../topics.ts';
import { audienceOf } from './audience.ts';

/** An ephemeral event: no sequence number, no replay. */
export interface Ephemeral {
  readonly tenant: string;
  readonly topic: Topic;
  /** The user who caused it. */
  readonly from: string;
}

/**
 * Sends an event, which the contract `C` declares, to the topic's current subscribers. Never throws, and never
 * retries: an event worth a retry belongs in the log.
 */
export async function sendEphemeral<C extends Contract>(
  runtime: Pick<Runtime, 'app' | 'table' | 'clock' | 'sockets' | 'random' | 'reporter'>,
  { tenant, topic, type, from, payload }: Ephemeral & EventOf<C>,
): Promise<void> {
  const { sockets, clock, random, reporter } = runtime;
  const id = random.id();
  const about = { topic: wireTopic(topic), id, from: shownUser(from), ts: clock.now() };
  const frame = JSON.stringify({ type, ...about, payload });
  try {
    const audience = await audienceOf(runtime, tenant, topic);
    await Promise.allSettled(audience.map(({ connectionId }) => sockets.post(connectionId, frame)));
  } catch (error) {
    reporter.report(error, { requestId: id, what: 'sending an event that is not kept' });
  }
}
