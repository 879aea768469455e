import { ProtocolError, wireTopic } from '@tidings/protocol';
import fc from 'fast-check';
import { keys } from '../../../core/keys.ts';
import { readTopic, type Topic } from '../../../core/topics.ts';
import { dedupeRow } from '../../../features/alerts/keys.ts';
import { memoryRuntime, principal } from '../../support/memoryRuntime.ts';
import { hostileText, topicText } from './frameTexts.ts';
import type { Fuzz } from './fuzzRun.ts';

const name = fc.oneof(
  fc.constantFrom('a', 'b', 'a#b', 'a%23b', 'a:b', '-', 'room', 'a#room:b'),
  hostileText.filter((text) => /^\P{Cs}+$/u.test(text) && text.length <= 256),
);

interface Owned {
  readonly tenant: string;
  readonly user: string;
  readonly topic: string;
}
const owned: fc.Arbitrary<Owned> = fc.record({ tenant: name, user: name, topic: topicText });

/** One text, taken apart in two ways: what would be the same key if names were not encoded. */
const split: fc.Arbitrary<readonly [Owned, Owned]> = fc
  .record({
    parts: fc.array(fc.constantFrom('a', 'b', 'room:a', '%23'), { minLength: 3, maxLength: 5 }),
    at: fc.tuple(fc.nat(), fc.nat()),
    between: fc.constantFrom('#user:', '#', '#room:'),
  })
  .map(({ parts, at, between }) => {
    const cut = (where: number): Owned => {
      const from = 1 + (where % (parts.length - 1));
      const [tenant, user] = [parts.slice(0, from), parts.slice(from)].map((some) => some.join(between));
      return { tenant: tenant ?? '', user: user ?? '', topic: 'user:me' };
    };
    return [cut(at[0]), cut(at[1])] as const;
  });

const runtime = memoryRuntime();

/** The topic that a user's text names, if it is one. */
function topicOf({ tenant, user, topic }: Owned): Topic | undefined {
  try {
    const who = principal(runtime, { tenant, userId: user });
    return readTopic(runtime.app, who, topic, runtime.clock.now());
  } catch (error) {
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
}

/** Every key that a topic has a part in, as one text. */
function keysOf({ tenant, user }: Owned, topic: Topic): string[] {
  const pairs = [
    keys.head(tenant, topic),
    keys.log(tenant, topic, 'epoch', 1),
    keys.subscriber(tenant, topic, user, 'connection'),
    dedupeRow(tenant, topic, user),
  ];
  return pairs.map(({ pk, sk }) => JSON.stringify([pk, sk]));
}

/** What a text means as a topic, it means to the letter; and no two tenants' or topics' keys ever meet. */
export const keyFuzz: Fuzz<readonly [Owned, Owned]> = {
  what: 'topics of two tenants',
  input: fc.oneof(fc.tuple(owned, owned), split),
  judge:
    () =>
    ([one, other]) => {
      const [a, b] = [topicOf(one), topicOf(other)];
      for (const [{ topic }, parsed] of [[one, a] as const, [other, b] as const]) {
        if (parsed && wireTopic(parsed) !== topic)
          throw new Error(`${topic} was read as ${wireTopic(parsed)}`);
      }
      if (!a || !b) return;
      const isSame =
        one.tenant === other.tenant &&
        wireTopic(a) === wireTopic(b) &&
        (a.kind !== 'user' || one.user === other.user);
      const theirs = new Set(keysOf({ ...other, user: one.user }, b));
      const shared = keysOf(one, a).filter((key) => theirs.has(key));
      if (!isSame && shared.length > 0) throw new Error(`two topics share ${shared[0]}`);
    },
};
