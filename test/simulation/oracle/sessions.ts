import { type Case, type Fields, type Line, once, type Who } from './evidence.ts';
import { mayFollow } from './mayFollow.ts';
import { readRenewals } from './renewals.ts';

/** What a token that was brought says, unless it was refused. `given`: it was accepted; otherwise nobody knows yet. */
export interface Rights {
  /** The transcript's line of the token. */
  readonly token: Line;
  readonly at: number;
  readonly given: boolean;
  readonly roles: readonly string[];
  readonly clients: readonly string[];
  readonly exp: number;
}

/** One connection as its device saw it. */
export interface Session {
  readonly conn: string;
  readonly device: string;
  readonly who: Who;
  /** Whether its address names the feeds that it wants: those that a later token brings, it has to ask for. */
  readonly namesFeeds: boolean;
  /** When its `hello` was answered. */
  readyAt: number;
  endedAt: number;
  rights: Rights[];
  /** Topics that were asked for, and from when until when they were followed for certain. */
  readonly entered: Map<string, { readonly from: number; until: number }[]>;
  /** By topic, until when nobody could say whether it was left. */
  readonly leaving: Map<string, number>;
}

/** Every connection that a device opened, in their order. */
export const readSessions = once((of: Case): readonly Session[] => {
  const sessions = new Map<string, Session>();
  const renewals = readRenewals(of);
  const asked = new Map<string, Line>();
  const naming = new Set<string>();
  let gotIndex = 0;
  for (const line of of.lines) {
    const got = line.k === 'got' ? of.gots[gotIndex++] : undefined;
    if (line.k === 'up' && line.namesFeeds === true) naming.add(String(line.conn));
    if (line.k === 'rights' || line.k === 'renewing') noteRights(sessions, of, line, naming);
    const session = sessions.get(String(line.conn));
    if (!session) continue;
    if (line.k === 'left' || line.k === 'down') session.endedAt = Math.min(session.endedAt, line.t);
    if (line.k === 'ask') {
      asked.set(String(line.ref), line);
      if (line.action === 'unsubscribe') leave(session, String(line.topic), line.t, Number.POSITIVE_INFINITY);
    }
    if (line.k === 'run') noteStored(session, line, asked.get(String(line.ref)));
    if (!got) continue;
    const renewal = renewals.get(got);
    if (renewal?.became === 'refused') {
      session.rights = session.rights.filter(({ token }) => token !== renewal.token);
    }
    noteFrame(session, line.t, got.frame, asked.get(String(got.frame.ref)));
  }
  return [...sessions.values()];
});

function noteRights(
  sessions: Map<string, Session>,
  { owners }: Case,
  token: Line,
  naming: ReadonlySet<string>,
) {
  const { t, k, d, conn } = token;
  const name = String(conn);
  const who = owners.get(String(d));
  if (!who) return;
  const never = Number.POSITIVE_INFINITY;
  const session: Session = sessions.get(name) ?? {
    ...{ conn: name, device: String(d), who, readyAt: never, endedAt: never },
    namesFeeds: naming.has(name),
    ...{ rights: [], entered: new Map(), leaving: new Map() },
  };
  sessions.set(name, session);
  const { roles, clients, exp } = token as unknown as Rights;
  session.rights.push({ token, at: t, given: k === 'rights', roles, clients, exp });
}

function noteFrame(session: Session, t: number, frame: Fields, ask: Line | undefined): void {
  const { type, topic } = frame;
  const payload = (frame.payload ?? {}) as Fields;
  if (type === 'disconnect') session.endedAt = Math.min(session.endedAt, t);
  if (type === 'unsubscribed') leave(session, String(topic), t, t);
  if (!ask) return;
  if (ask.action === 'unsubscribe') leave(session, String(ask.topic), t, t);
  if (type === 'subscribed') enter(session, String(ask.topic), ask.t, t);
  if (ask.action !== 'hello' || type !== 'ack') return;
  session.readyAt = Math.min(session.readyAt, t);
  for (const sub of payload.subs as Fields[]) if (!sub.error) enter(session, String(sub.topic), ask.t, t);
}

/** A token that was stored ended what it does not allow, though nobody was told where its function died: who follows it does so anew. */
function noteStored(session: Session, run: Line, ask: Line | undefined): void {
  if (ask?.action !== 'auth' || !(Number(run.writes) > 0)) return;
  const token = session.rights.find(({ at, given }) => !given && at === ask.t);
  if (!token) return;
  for (const topic of session.entered.keys()) {
    if (!mayFollow(topic, token.roles, token.clients)) leave(session, topic, ask.t, run.t);
  }
}

/** Frames are served in no order: it is in for certain only if it asked after its leaving was answered. */
function enter({ entered, leaving }: Session, topic: string, askedAt: number, t: number): void {
  if ((leaving.get(topic) ?? 0) > askedAt) return;
  const stays = entered.get(topic) ?? [];
  const never = Number.POSITIVE_INFINITY;
  if (stays.at(-1)?.until !== never) stays.push({ from: t, until: never });
  entered.set(topic, stays);
}

function leave({ entered, leaving }: Session, topic: string, t: number, uncertainUntil: number): void {
  const last = entered.get(topic)?.at(-1);
  if (last) last.until = Math.min(last.until, t);
  leaving.set(topic, uncertainUntil);
}
