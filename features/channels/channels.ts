import { ProtocolError, wireTopic } from '@tidings/protocol';
import { type Actions, type CallOf, topicOf } from '../../core/call.ts';
import { publish } from '../../core/delivery/publish.ts';
import type { ChannelOptions } from './channelOptions.ts';
import { largestBytes } from './channelTopics.ts';
import type { ChannelContract } from './contract.ts';

type Publishing = CallOf<ChannelContract<string>, 'channel.publish'>;
type Kinds = Readonly<Record<string, Pick<ChannelOptions, 'publish' | 'maxBytes'>>>;

export const channelActions = (kinds: Kinds): Actions<ChannelContract<string>> => ({
  'channel.publish': (call) => {
    const topic = topicOf(call);
    const { publish: mayPublish, maxBytes = largestBytes } = kinds[topic.kind] as Kinds[string];
    const events = messagesOf(call, maxBytes).map(
      (data) => ({ type: 'channel.message', payload: { data } }) as const,
    );
    return publish(call, {
      topic,
      decide: (state) => {
        // Not before: a repeat of what was published gets its first answer, whatever the rule has become.
        if (mayPublish(call.principal, topic.id ?? '') !== true) throw mayNotPublish(call);
        return { event: events as [(typeof events)[0], ...typeof events], state, answer: {} };
      },
    });
  },
});

/** @throws ProtocolError `payload_too_large` that names the message. */
function messagesOf({ payload }: Publishing, maxBytes: number): readonly unknown[] {
  const { data, messages = [data] } = payload;
  messages.forEach((message, index) => {
    if (Buffer.byteLength(JSON.stringify(message)) <= maxBytes) return;
    const path = 'messages' in payload ? `payload.messages.${index}` : 'payload.data';
    const details = [{ path, message: `must have at most ${maxBytes} bytes as JSON` }];
    throw new ProtocolError('payload_too_large', `${path}: ${details[0]?.message}`, { details });
  });
  return messages;
}

const mayNotPublish = (call: Publishing) =>
  new ProtocolError('forbidden', `you may not publish on ${wireTopic(topicOf(call))}`);
