import type { Ask, Case, Fields, Findings, Got, Line, Violation } from './evidence.ts';
import { isChange, readRights } from './permissions.ts';

/** Within which whoever asks for a change is answered. */
const answerMs = 3000;

/**
 * Whoever means harm harms himself (I18): what others ask for is answered within three seconds, and none of them is
 * refused for a limit that is not his own.
 */
export function judgeOthers(of: Case): Findings {
  if (of.begin.spiteful !== true)
    return { violations: [], exercised: { 'changes beside somebody spiteful': 0 } };
  const isSpiteful = (device: string) => of.owners.get(device)?.user === 'eve';
  const others = of.asks.filter(({ device, action }) => !isSpiteful(device) && isChange(action));
  const answers = readFirstAnswers(of);
  const befell = readMishaps(of);
  const violations = [...refusedForLimits(of, isSpiteful)];
  let judged = 0;
  for (const ask of others) {
    const got = answers.get(nameOf(ask.device, ask.ref, ask.at));
    if (befell(ask)) continue;
    judged++;
    if (got && got.at - ask.at <= answerMs) continue;
    const what = `${ask.device} waited ${got ? `${got.at - ask.at} ms` : 'in vain'} for ${ask.action} ${ask.ref}`;
    violations.push({ invariant: 'I18', what, at: ask.at });
  }
  const refused = of.gots.filter(({ device, frame }) => isSpiteful(device) && isLimit(codeOf(frame)));
  return {
    violations,
    exercised: {
      'changes beside somebody spiteful': judged,
      'refusals of somebody spiteful for a limit': refused.length,
    },
  };
}

const codeOf = ({ payload }: Fields) => (payload as Fields | undefined)?.code;
const isLimit = (code: unknown) => code === 'rate_limited' || code === 'limit_exceeded';

/** What came first after each time that a request was sent. */
function readFirstAnswers({ asks, gots }: Case): ReadonlyMap<string, Got> {
  const sent = new Map<string, Ask[]>();
  for (const ask of asks) {
    const name = `${ask.device} ${ask.ref}`;
    sent.set(name, [...(sent.get(name) ?? []), ask]);
  }
  const first = new Map<string, Got>();
  for (const got of gots) {
    for (const ask of sent.get(`${got.device} ${got.frame.ref}`) ?? []) {
      const name = nameOf(ask.device, ask.ref, ask.at);
      if (ask.at <= got.at && !first.has(name)) first.set(name, got);
    }
  }
  return first;
}

const nameOf = (device: string, ref: string, at: number) => `${device} ${ref} ${at}`;

/** Whether a fault of a function that answers came between a request and its answer, or the line was at its end. */
function readMishaps({ lines }: Case): (ask: Ask) => boolean {
  const timesOf = (is: (line: Line) => boolean) => lines.filter(is).map(({ t }) => t);
  const faults = timesOf(({ k, by }) => k === 'fault' && (by === 'message' || by === 'http'));
  const ends = lines.filter(({ k }) => k === 'down' || k === 'left');
  const over = lines.at(-1)?.t ?? 0;
  return ({ at, conn, device }) => {
    const until = at + answerMs;
    if (until > over || faults.some((t) => t >= at && t <= until)) return true;
    return ends.some(
      (line) => line.t <= until && (conn ? line.conn === conn : line.d === device && line.t >= at),
    );
  };
}

/** Each has what is his own: bookings of a board, work under way, and the kinds of interaction of his own client. */
function* refusedForLimits(of: Case, isSpiteful: (device: string) => boolean): Generator<Violation> {
  const rightsAt = readRights(of);
  const asked = new Map(of.asks.map((ask) => [`${ask.device} ${ask.ref}`, ask]));
  const isHisOwn = ({ action, conn, device, at }: Ask, until: number, code: unknown) => {
    // Who comes back asks for much at once, and is told to wait by his own rate.
    if (code === 'rate_limited' && !isChange(action)) return true;
    if (action === 'job.submit' || action === 'assistant.ask') return true;
    if (action === 'queue.book') return bookings(of, device) > maxBookings;
    // All users of a client share its kinds.
    const rights = rightsAt(conn ?? device, at, until);
    return action === 'interaction.record' && rights.some(({ roles }) => !isStaff(roles));
  };
  for (const { device, frame, at, text } of of.gots) {
    const ask = asked.get(`${device} ${frame.ref}`);
    if (isSpiteful(device) || !ask || !isLimit(codeOf(frame)) || isHisOwn(ask, at, codeOf(frame))) continue;
    yield { invariant: 'I18', what: `${device} was refused ${ask.action} for a limit: ${text}`, at };
  }
}

const maxBookings = 10;
const isStaff = (roles: readonly string[]) => roles.includes('msp') || roles.includes('service');

/** How often the user of a device asked to book. */
function bookings({ asks, owners }: Case, device: string): number {
  const { tenant, user } = owners.get(device) ?? {};
  const own = asks.filter((ask) => {
    const who = owners.get(ask.device);
    return ask.action === 'queue.book' && who?.tenant === tenant && who?.user === user;
  });
  return new Set(own.map(({ ref }) => ref)).size;
}
