import {
  type Case,
  canonical,
  type Event,
  type Fields,
  type Findings,
  readTopics,
  topicNamed,
  type Violation,
} from './evidence.ts';

/**
 * Each event that is marked, and that was committed, has reached the event bus at least once when all is over, as it
 * stands in the log; and nothing else has: no event that is not marked, and none that was never committed (I19).
 */
export function judgeOutgoing(of: Case): Findings {
  const marked = new Set(of.begin.emitted as string[]);
  const committed = new Map<string, string>();
  for (const { name, epochs } of readTopics(of.atEnd).values()) {
    for (const { event, text } of [...epochs.values()].flat()) {
      if (marked.has(event.type)) committed.set(canonical(asOutgoing(name, event)), text);
    }
  }
  const violations: Violation[] = [];
  const heard = new Map<string, number>();
  for (const { k, t, source, type, detail } of of.lines) {
    if (k !== 'bus') continue;
    const said = canonical({ source, type, detail });
    heard.set(said, (heard.get(said) ?? 0) + 1);
    if (committed.has(said)) continue;
    violations.push({ invariant: 'I19', harm: 'leaked', what: `the event bus was told ${said}`, at: t });
  }
  for (const [said, text] of committed) {
    if (heard.has(said)) continue;
    violations.push({ invariant: 'I19', harm: 'lost', what: `the event bus was never told ${text}` });
  }
  const count = (kind: string) => of.lines.filter(({ k }) => k === kind).length;
  return {
    violations,
    exercised: {
      'marked events committed': committed.size,
      'marked events put twice': [...heard.values()].filter((times) => times > 1).length,
      'batches of the stream that came again': count('came again'),
    },
  };
}

/** An event as other services are told of it: they are told the tenant, and `me` is nobody there. */
function asOutgoing(name: string, { topic, ...event }: Event): Fields {
  const { tenant, kind, id } = topicNamed(name);
  const detail = { tenant, topic: topic === 'user:me' ? `${kind}:${id}` : topic, ...event };
  return { source: 'tidings.events', type: event.type, detail };
}
