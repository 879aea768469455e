import type { ContractView } from '../contract/readContract.ts';

/** A part of a contract that something of this console knows, each by its exact name: a team's may begin with the same word. */
export interface Known {
  readonly actions: readonly string[];
  /** By their addresses. */
  readonly kinds: readonly string[];
  readonly events: readonly string[];
}

/** What all apps may have, and other pages than those of features show. */
const everywhere: Known = {
  actions: [
    'connections.list',
    'connection.describe',
    'topic.list',
    'topic.describe',
    'topic.followers',
    'topic.log',
    'presence.get',
    'presence.set',
    'stats',
    'user.revoke',
  ],
  kinds: ['user:me', 'tenant'],
  events: ['presence'],
};

/** The features that come with Tidings, by the paths of their pages. An app has one that has its first action and its topics. */
export const shipped = {
  '/engagement': {
    actions: ['engagement.update', 'engagement.get', 'interaction.record', 'interaction.forget'],
    kinds: ['client:<id>', 'client:*', 'msp'],
    events: ['engagement', 'interaction', 'interaction.forgotten'],
  },
  '/alerts': {
    actions: ['alert.acknowledge', 'alert.raise'],
    kinds: [],
    events: ['alert', 'alert.acknowledged'],
  },
  '/notifications': {
    actions: ['notification.list', 'notification.read', 'notification.send'],
    kinds: [],
    events: ['notification', 'notification.read'],
  },
  '/queue': {
    actions: ['queue.book', 'queue.checkIn', 'queue.cancel'],
    kinds: ['queue:<YYYY-MM-DD>'],
    events: ['queue.updated'],
  },
  '/rooms': { actions: ['room.send'], kinds: ['room:<id>'], events: ['room.message'] },
  '/assistant': {
    actions: ['assistant.ask', 'assistant.cancel'],
    kinds: ['conversation:<id>'],
    events: ['stream.start', 'stream.delta', 'stream.end'],
  },
  '/jobs': { actions: ['job.submit', 'job.get'], kinds: [], events: ['job.progress', 'job.result'] },
} as const satisfies Readonly<Record<string, Known>>;

/** Whether an app has a feature, and not another one of the same name. */
export const hasFeature = (
  { actions, kinds }: ContractView,
  { actions: [first], kinds: own }: Known,
): boolean =>
  actions.some(({ name }) => name === first) &&
  own.every((kind) => kinds.some(({ address }) => address === kind));

/** What of an app the pages know that it has. */
export function knownOf(app: ContractView): { readonly [Part in keyof Known]: ReadonlySet<string> } {
  const all = [everywhere, ...Object.values<Known>(shipped).filter((one) => hasFeature(app, one))];
  const of = (part: keyof Known) => new Set(all.flatMap((one) => one[part]));
  return { actions: of('actions'), kinds: of('kinds'), events: of('events') };
}
