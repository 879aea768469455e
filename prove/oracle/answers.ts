import type { Ask, Fields, Got } from './evidence.ts';

/** What an answer says of topics: the topic as it was asked for, from where, and where it stands. */
export function* answersOf({ frame }: Got, ask: Ask): Generator<[string, Fields | undefined, Fields]> {
  const payload = frame.payload as Fields;
  if (ask.action === 'subscribe' && ask.topic !== undefined) {
    yield [ask.topic, ask.payload.since as Fields | undefined, payload];
  }
  if (ask.action !== 'hello') return;
  const wanted = ask.payload.subs as { topic: string; since?: Fields }[];
  for (const entry of payload.subs as Fields[]) {
    if (entry.error) continue;
    yield [String(entry.topic), wanted.find(({ topic }) => topic === entry.topic)?.since, entry];
  }
}
