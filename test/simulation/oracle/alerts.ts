import {
  type Answered,
  answersTo,
  type Case,
  type Findings,
  firstAsks,
  loggedAt,
  type Violation,
} from './evidence.ts';
import { homeOfChange } from './publishes.ts';
import { requestsByLog } from './requests.ts';

/** An alert as the logs tell its story. */
interface Alert {
  readonly home: string;
  readonly dedupeKey: unknown;
  readonly raisedAt: number;
  acknowledgedAt: number;
}

/**
 * An alert is acknowledged once, on the feed that it was raised to; of those with one `dedupeKey` a feed has one open
 * at a time; and `already` is only told of one that was so (I3, I10).
 */
export function judgeAlerts(of: Case): Findings {
  const violations: Violation[] = [];
  const alerts = readAlerts(of, violations);
  const asked = firstAsks(of.asks);
  const judge = (answered: Answered, wrong: string | undefined) => {
    if (wrong === undefined) return;
    const { ask, got, answer } = answered;
    violations.push({ invariant: 'I10', what: `${ask.ref}, ${answer.alertId}: ${wrong}`, at: got.at });
  };
  for (const answered of answersTo(of, 'alert.acknowledge')) {
    judge(answered, judgeAcknowledged(of, answered, alerts.get(answered.answer.alertId)));
  }
  for (const answered of answersTo(of, 'alert.raise')) {
    const { ask, answer } = answered;
    if (answer.already !== true) continue;
    const askedAt = asked.get(ask.ref)?.at ?? ask.at;
    judge(answered, judgeRaisedAlready(of, answered, alerts.get(answer.alertId), askedAt));
  }
  return { violations: [...violations, ...wrongAcknowledgers(of)] };
}

/** Reads each log in its order, which needs no clock. */
function readAlerts(of: Case, violations: Violation[]): ReadonlyMap<unknown, Alert> {
  const keyOf = dedupeKeys(of);
  const alerts = new Map<unknown, Alert>();
  for (const { name, epochs } of of.topics.values()) {
    const open = new Map<unknown, Alert>();
    const found = (what: string, at: number) =>
      violations.push({ invariant: 'I3', what: `${name}: ${what}`, at });
    for (const { key, event, at } of [...epochs.values()].flat()) {
      const { alertId } = event.payload;
      if (event.type === 'alert') {
        const dedupeKey = keyOf.get(key);
        const alert = { home: name, dedupeKey, raisedAt: at, acknowledgedAt: Number.POSITIVE_INFINITY };
        const isDouble =
          dedupeKey !== undefined && [...open.values()].some((one) => one.dedupeKey === dedupeKey);
        if (isDouble) found(`${alertId} was raised while another ${dedupeKey} was open`, at);
        alerts.set(alertId, alert);
        open.set(alertId, alert);
      }
      if (event.type !== 'alert.acknowledged') continue;
      const alert = open.get(alertId);
      if (alert) alert.acknowledgedAt = at;
      else found(`${alertId} was acknowledged and was not open`, at);
      open.delete(alertId);
    }
  }
  return alerts;
}

/** By log key: an event does not tell by which key others like it are kept back. */
function dedupeKeys({ asks, atRest }: Case): ReadonlyMap<string, unknown> {
  const asked = new Map(
    asks.filter(({ action }) => action === 'alert.raise').map(({ ref, payload }) => [ref, payload.dedupeKey]),
  );
  return new Map([...requestsByLog(atRest)].map(([key, { ref }]) => [key, asked.get(ref)]));
}

/**
 * An alert names who acknowledged it: the one whose request that was, and nobody is told that it was so already
 * before this request was made.
 */
function* wrongAcknowledgers(of: Case): Generator<Violation> {
  const requests = requestsByLog(of.atRest);
  const asked = firstAsks(of.asks.filter(({ action }) => action === 'alert.acknowledge'));
  const answeredAt = new Map<unknown, number>();
  for (const { got, answer } of answersTo(of, 'alert.acknowledge')) {
    if (!answeredAt.has(answer.alertId)) answeredAt.set(answer.alertId, got.at);
  }
  for (const { name, epochs } of of.topics.values()) {
    for (const { key, event, at } of [...epochs.values()].flat()) {
      if (event.type !== 'alert.acknowledged') continue;
      const { alertId, by } = event.payload;
      const { user, ref = '' } = requests.get(key) ?? {};
      const ask = asked.get(ref);
      const isTheirs = ask?.payload.alertId === alertId && by === user && event.from === user;
      const isFirst = !((answeredAt.get(alertId) ?? Number.POSITIVE_INFINITY) < (ask?.at ?? 0));
      if (isTheirs && isFirst) continue;
      const what = `${name}: ${alertId} was acknowledged by ${by}, and ${user} was it first, with ${ref}`;
      yield { invariant: 'I3', what, at };
    }
  }
}

function judgeAcknowledged(of: Case, { ask, got, who, answer }: Answered, alert: Alert | undefined) {
  if (answer.alertId !== ask.payload.alertId) return `asked for ${ask.payload.alertId}`;
  if (!alert) return 'acknowledged and never raised';
  if (answer.already === true) {
    return alert.acknowledgedAt <= got.at + of.skewMs
      ? undefined
      : 'called acknowledged already, and was not';
  }
  const event = loggedAt(of.topics, alert.home, answer.epoch, answer.seq)?.event;
  const isSo =
    event?.type === 'alert.acknowledged' &&
    event.payload.alertId === answer.alertId &&
    event.payload.by === who.user;
  return isSo ? undefined : `answered ${JSON.stringify(answer)}, and the log has it not so`;
}

function judgeRaisedAlready(of: Case, { ask, got }: Answered, alert: Alert | undefined, askedAt: number) {
  if (!alert || alert.raisedAt > got.at + of.skewMs) return 'called raised already, and was not';
  if (alert.home !== homeOfChange(of, ask)) return `called raised already, and stands on ${alert.home}`;
  if (ask.payload.dedupeKey === undefined || alert.dedupeKey !== ask.payload.dedupeKey) {
    return `called raised already, by another key`;
  }
  return alert.acknowledgedAt < askedAt - of.skewMs ? 'called open, and was acknowledged' : undefined;
}
