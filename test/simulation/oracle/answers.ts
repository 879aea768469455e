import { type Ask, type Case, type Fields, firstAsks, type Got, type Who } from './evidence.ts';

/** What an answer says of one topic. */
interface TopicAnswer {
  readonly ask: Ask;
  readonly who: Who;
  /** The topic as it was asked for. */
  readonly wire: string;
  /** From where it was asked for. */
  readonly since: Fields | undefined;
  /** How many of its last events were asked for. */
  readonly last: unknown;
  readonly answer: Fields;
}

/** Finds what a frame answers to who asked for topics. */
export function readAnswers({ asks, owners }: Case): (got: Got) => readonly TopicAnswer[] {
  const asked = firstAsks(asks);
  return (got) => {
    const ask = asked.get(got.frame.ref);
    const who = owners.get(got.device);
    if (ask?.device !== got.device || !who || (got.frame.type !== 'subscribed' && got.frame.type !== 'ack'))
      return [];
    return answersOf(got, ask).map((one) => ({ ask, who, ...one }));
  };
}

function answersOf({ frame }: Got, ask: Ask): Pick<TopicAnswer, 'wire' | 'since' | 'last' | 'answer'>[] {
  const payload = frame.payload as Fields;
  if (ask.action === 'subscribe' && ask.topic !== undefined) {
    const { since, last } = ask.payload;
    return [{ wire: ask.topic, since: since as Fields | undefined, last, answer: payload }];
  }
  if (ask.action !== 'hello') return [];
  const wanted = ask.payload.subs as { topic: string; since?: Fields }[];
  return (payload.subs as Fields[]).flatMap((answer) => {
    const wire = String(answer.topic);
    const since = wanted.find(({ topic }) => topic === wire)?.since;
    return answer.error ? [] : [{ wire, since, last: undefined, answer }];
  });
}
