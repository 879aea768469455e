/**
 * What the oracle reads. Nothing in this folder imports anything of the product: the formats of the wire and of
 * the table's keys are written down here once more, so that a mistake in the one does not hide in the other.
 */

export interface Row {
  readonly pk: string;
  readonly sk: string;
  readonly [attribute: string]: unknown;
}

export interface Event {
  readonly type: string;
  readonly topic: string;
  readonly epoch: string;
  readonly seq: number;
  readonly id: string;
  readonly from: string;
  readonly payload: Fields;
}

export type Fields = { readonly [name: string]: unknown };

/** One line of the transcript: `t` is when, `k` what; the rest depends on what. */
export interface Line extends Fields {
  readonly t: number;
  readonly k: string;
}

/** A frame that a device got, parsed. */
export interface Got {
  readonly at: number;
  readonly device: string;
  readonly conn: string | undefined;
  readonly text: string;
  readonly frame: Fields;
}

/** A frame that a device sent. One request may be sent several times. */
export interface Ask {
  readonly at: number;
  readonly device: string;
  readonly conn: string | undefined;
  readonly ref: string;
  readonly action: string;
  readonly topic?: string;
  readonly payload: Fields;
}

export interface Logged {
  readonly text: string;
  readonly event: Event;
  /** When it was committed, by the clock of the function that did it. */
  readonly at: number;
  readonly key: string;
}

/** A topic of the whole system: `north/client:c1`. */
export interface Topic {
  readonly name: string;
  readonly head: { readonly epoch: string; readonly seq: number } | undefined;
  readonly epochs: ReadonlyMap<string, readonly Logged[]>;
}

export interface Who {
  readonly tenant: string;
  readonly user: string;
}

/** What reads a text of JSON. Who judges much the same evidence again and again gives one that remembers. */
export type Parse = (text: string) => unknown;

/** A reading of evidence that several judges ask for, made once of each: nobody changes what was read. */
export function once<From extends object, Read>(read: (from: From) => Read): (from: From) => Read {
  const known = new WeakMap<From, Read>();
  return (from) => {
    const before = known.get(from);
    if (before !== undefined) return before;
    const found = read(from);
    known.set(from, found);
    return found;
  };
}

/** Reads every line; a line that is no JSON object is a broken transcript and throws. */
export const readLines = (lines: readonly string[], parse: Parse = JSON.parse): Line[] =>
  lines.map((line) => parse(line) as Line);

const decode = decodeURIComponent;

/** Every topic that the table knows, by name. */
export const readTopics = once((rows: readonly Row[]): ReadonlyMap<string, Topic> => {
  const heads = new Map<string, { epoch: string; seq: number }>();
  const epochs = new Map<string, Map<string, Logged[]>>();
  for (const row of rows) {
    const [kind, tenant = '', of = '', epoch = ''] = row.pk.split('#');
    if (kind === 'HEAD') {
      heads.set(`${decode(tenant)}/${of}:${row.sk}`, { epoch: String(row.epoch), seq: Number(row.seq) });
    }
    if (kind !== 'LOG') continue;
    const text = String(row.frame);
    const logged = { text, event: JSON.parse(text) as Event, at: Number(row.at), key: `${row.pk} ${row.sk}` };
    const name = `${decode(tenant)}/${of}`;
    const ofTopic = epochs.get(name) ?? new Map<string, Logged[]>();
    const ofEpoch = ofTopic.get(epoch) ?? [];
    ofEpoch.push(logged);
    ofTopic.set(epoch, ofEpoch);
    epochs.set(name, ofTopic);
  }
  const names = new Set([...heads.keys(), ...epochs.keys()]);
  return new Map(
    [...names].map((name) => [name, { name, head: heads.get(name), epochs: epochs.get(name) ?? new Map() }]),
  );
});

/** The topic that a wire name means to somebody. */
export function homeOf({ tenant, user }: Who, wire: string): string {
  if (wire === 'user:me') return `${tenant}/user:${encodeURIComponent(user)}`;
  return wire.includes(':') ? `${tenant}/${wire}` : `${tenant}/${wire}:-`;
}

/** What stands at a place of a topic, if anything does. */
export function loggedAt(
  topics: ReadonlyMap<string, Topic>,
  name: string,
  epoch: unknown,
  seq: unknown,
): Logged | undefined {
  const rows = topics.get(name)?.epochs.get(String(epoch));
  const row = rows?.[Number(seq) - 1];
  return row?.event.seq === seq ? row : undefined;
}

export function readGots(lines: readonly Line[], parse: Parse = JSON.parse): Got[] {
  return lines
    .filter(({ k }) => k === 'got')
    .map(({ t, d, conn, frame }) => ({
      at: t,
      device: String(d),
      conn: conn === undefined ? undefined : String(conn),
      text: String(frame),
      frame: parse(String(frame)) as Fields,
    }));
}

export function readAsks(lines: readonly Line[]): Ask[] {
  return lines
    .filter(({ k }) => k === 'ask')
    .map(({ t, d, conn, ref, action, topic, payload }) => ({
      at: t,
      device: String(d),
      conn: conn === undefined ? undefined : String(conn),
      ref: String(ref),
      action: String(action),
      ...(topic !== undefined && { topic: String(topic) }),
      payload: (payload ?? {}) as Fields,
    }));
}

/** Each request as it was sent the first time, by its `ref`: an answer may be to that. */
export function firstAsks(asks: readonly Ask[]): ReadonlyMap<unknown, Ask> {
  const first = new Map<unknown, Ask>();
  for (const ask of asks) if (!first.has(ask.ref)) first.set(ask.ref, ask);
  return first;
}

/** A request with one of its answers. */
export interface Answered {
  /** As it was sent the last time. */
  readonly ask: Ask;
  readonly got: Got;
  readonly who: Who;
  readonly answer: Fields;
}

/** Every answer of a type to a request of an action. */
export function answersTo({ asks, gots, owners }: Case, action: string, type = 'ack'): Answered[] {
  const asked = new Map(
    asks.filter((ask) => ask.action === action).map((ask) => [`${ask.device} ${ask.ref}`, ask]),
  );
  return gots.flatMap((got) => {
    const ask = got.frame.type === type ? asked.get(`${got.device} ${got.frame.ref}`) : undefined;
    const who = owners.get(got.device);
    return ask && who ? [{ ask, got, who, answer: got.frame.payload as Fields }] : [];
  });
}

/** When all that the product counts was asked for the last time, with nothing changing. */
export const recountedAt = ({ lines }: Pick<Case, 'lines'>): number =>
  lines.findLast(({ k }) => k === 'recount')?.t ?? Number.POSITIVE_INFINITY;

/** The events of a topic's present life. */
export function eventsOf(topic: Topic | undefined): readonly Event[] {
  const rows = topic?.epochs.get(topic.head?.epoch ?? '') ?? [];
  return rows.map(({ event }) => event);
}

/** What a topic of the whole system is called after. */
export function topicNamed(name: string): { tenant: string; kind: string; id: string } {
  const [tenant = '', wire = ''] = name.split('/');
  const [kind = '', id = ''] = wire.split(':');
  return { tenant, kind, id: decode(id) };
}

/** The topics of a kind, each with its tenant and id. */
export function* topicsOf(
  topics: ReadonlyMap<string, Topic>,
  wanted: string,
): Generator<{ topic: Topic; tenant: string; id: string }> {
  for (const topic of topics.values()) {
    const { kind, ...named } = topicNamed(topic.name);
    if (kind === wanted) yield { topic, ...named };
  }
}

/** The same text for the same value, whatever the order of its fields. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null) return String(JSON.stringify(value));
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, inner]) => `${JSON.stringify(name)}:${canonical(inner)}`).join()}}`;
}

/** What an event, or an intent, may come to. */
export type Harm = 'lost' | 'doubled' | 'misordered' | 'leaked';

/** Something that must never be, and where it was seen. */
export interface Violation {
  readonly invariant: string;
  readonly what: string;
  /** When, in virtual milliseconds; absent for what the table says. */
  readonly at?: number;
  readonly harm?: Harm;
  /** To how many events, if not to one. */
  readonly events?: number;
}

/** How often something came up that a rule is about. A rule that nothing came up for has judged nothing. */
export type Exercised = Readonly<Record<string, number>>;

/** What a part of the oracle found. */
export interface Findings {
  readonly violations: readonly Violation[];
  readonly exercised?: Exercised;
}

/** What passes at most between the reading of a clock and the write of what it said; more of it is an excuse of its own. */
const writeMs = 1000;

/** How far a time that a function wrote down may be from when it was: its clock is off, and the write comes later. */
export const skewOf = (begin: Fields): number => Number(begin.maxSkewMs) + writeMs;

/** The case as the parts of the oracle get it. */
export interface Case {
  readonly lines: readonly Line[];
  readonly begin: Fields;
  /** So much is forgiven where a time of a function is compared with one of the transcript. */
  readonly skewMs: number;
  readonly asks: readonly Ask[];
  readonly gots: readonly Got[];
  readonly topics: ReadonlyMap<string, Topic>;
  readonly atRest: readonly Row[];
  readonly atEnd: readonly Row[];
  /** Whose a device is. */
  readonly owners: ReadonlyMap<string, Who>;
}

/** What all topics of this one's kind are called together. */
export const collectionOf = (wire: string) => `${wire.slice(0, wire.indexOf(':'))}:*`;

/** `client:*` stands for each client of the tenant, and so it is with channels. */
export function wireTopics(
  { topics }: Pick<Case, 'topics'>,
  tenant: string,
  followed: readonly string[],
): Set<string> {
  const named = [...topics.keys()].flatMap((name) =>
    name.startsWith(`${tenant}/`) ? name.slice(tenant.length + 1) : [],
  );
  return new Set(
    followed.flatMap((wire) =>
      wire.endsWith(':*') ? named.filter((one) => collectionOf(one) === wire) : [wire],
    ),
  );
}
