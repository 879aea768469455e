import { type ClientFeature, everyTopic, type TopicRules } from '@tidings/client';

/**
 * All topics of whatever kind, followed as one: `orders:*` of an app that nobody has told the console of. A feature of
 * the app's own that has such a topic goes before it, so it stands first in the list.
 */
export const anyCollection: ClientFeature = {
  topics: new Proxy<Record<string, TopicRules>>(
    {},
    { get: (_, kind) => (String(kind).endsWith(':*') ? everyTopic : undefined) },
  ),
};
