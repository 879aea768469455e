import { NotThere } from './check.ts';
import type { ServerContract } from './serverContract.ts';

/** An action whose event comes back to who follows a topic. */
export interface Publication {
  readonly action: string;
  /** The topic that its event is on. */
  readonly follow: string;
  /** The topic of the frame, where the action names one. */
  readonly topic?: string;
  readonly payload: object;
}

const body = 'tidings doctor';

/**
 * What there is to publish with in an app: a message to oneself, or a channel of one's own.
 *
 * @throws NotThere where the app has neither
 */
export function publicationFor(contract: ServerContract, userId: string, id: string): Publication {
  if (contract.has('message.send')) {
    return { action: 'message.send', follow: 'user:me', payload: { userId, body } };
  }
  const [channel] = contract.topicsFor('channel.publish', id);
  if (channel !== undefined) {
    return { action: 'channel.publish', follow: channel, topic: channel, payload: { data: { body } } };
  }
  throw new NotThere(
    'not in this app',
    'neither message.send nor channel.publish: name an action of its own with --publish and --topic',
  );
}
