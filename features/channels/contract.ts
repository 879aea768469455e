import { action, contract, described, event, position, type TopicContract } from '@tidings/protocol';
import * as z from 'zod/mini';

/** What a contract says of a kind of channel. */
export interface ChannelWords {
  /** Whether those who follow a channel are told of each other. */
  readonly presence?: true;
  /** Who may subscribe, in words, for the documents. @default 'whom the app’s rule allows' */
  readonly who?: string;
  /** Who may publish, in words. @default 'whom the app’s rule allows' */
  readonly mayPublish?: string;
  /** What it is for. */
  readonly documentation?: string;
}

/** How many messages one `channel.publish` has at most. */
export const maxMessages = 50;

const byTheRule = 'whom the app’s rule allows';
const data = 'Any JSON.';

/** What channels of these kinds add to the wire: schemas only, so that a page may load it. */
export function channelContract<K extends string>(kinds: Readonly<Record<K, ChannelWords>>) {
  const names = Object.keys(kinds) as K[];
  const [first = 'none'] = names;
  const topics = Object.fromEntries(names.map((name) => [name, channelTopic(name, kinds[name])]));
  return contract({
    topics: topics as { readonly [Name in K]: ReturnType<typeof channelTopic> },
    actions: {
      'channel.publish': action({
        roles: 'any',
        topic: names,
        payload: z
          .object({
            data: described(z.optional(z.unknown()), `One message. ${data}`),
            messages: described(
              z.optional(z.array(z.unknown()).check(z.minLength(1), z.maxLength(maxMessages))),
              'Several, in this order: all of them or none.',
            ),
          })
          .check(
            z.refine((payload) => 'data' in payload !== 'messages' in payload, {
              error: 'must have data, or messages, and not both',
            }),
          ),
        answer: z.object(position),
        documentation: `Publishes on a channel; no subscription is needed. Each message is a \`channel.message\`, also for the sender; the ack has the \`seq\` of the last one. Who may: ${inWords(kinds)}.`,
      }),
    },
    events: {
      'channel.message': event({
        topics: names.map((name) => `${name}:<id>`),
        payload: z.object({ data: described(z.unknown(), data) }),
        documentation: 'A message on a channel; `from` is who published it.',
      }),
    },
    examples: {
      'channel.data': { status: 'shipped' },
      'channel.messages': [],
      'channel.topic': `${first}:acme`,
    },
  });
}

const inWords = (kinds: Readonly<Record<string, ChannelWords>>) =>
  Object.entries(kinds)
    .map(([name, { mayPublish = byTheRule }]) => `on \`${name}:<id>\` ${mayPublish}`)
    .join('; ');

function channelTopic(name: string, { presence, who = byTheRule, documentation }: ChannelWords) {
  return {
    id: { shape: 'id', example: 'acme' },
    who,
    ...(presence && { presence }),
    history: true,
    documentation: documentation ?? `A channel: whatever is published on it.`,
    all: {
      who: `${who}, where that holds of all`,
      documentation: `All channels of the kind \`${name}\` as one.`,
    },
  } satisfies TopicContract;
}

/** The contract of channels; where none is named, of what all kinds have. */
export type ChannelContract<K extends string = never> = ReturnType<typeof channelContract<K>>;
