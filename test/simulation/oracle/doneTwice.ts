import { type Case, canonical, type Findings, type Violation } from './evidence.ts';

/** What is said in these is said by one intent of one person, in a text of its own. */
const said = new Set(['message', 'room.message', 'channel.message', 'alert', 'notification']);

/** Whatever somebody intended once is done once, whichever `ref`s their client made of it (I3). */
export function judgeDoneTwice({ topics }: Case): Findings {
  const violations: Violation[] = [];
  const texts = new Map<string, string>();
  for (const { name, epochs } of topics.values()) {
    for (const { event, key } of [...epochs.values()].flat()) {
      if (!said.has(event.type)) continue;
      const { body, title, data } = event.payload;
      const text = String(body ?? title ?? canonical(data));
      const where = `${name} ${key}`;
      const first = texts.get(text);
      texts.set(text, where);
      if (first === undefined) continue;
      violations.push({ invariant: 'I3', what: `${text} was said in ${first} and in ${where}` });
    }
  }
  return { violations };
}
