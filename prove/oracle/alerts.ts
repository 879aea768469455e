import { type Answered, answersTo, type Case, type Fields, loggedAt, type Violation } from './evidence.ts';
import { homeOfChange } from './publishes.ts';

/** An alert as the logs tell its story. */
interface Alert {
  readonly home: string;
  readonly dedupeKey: unknown;
  readonly raisedAt: number;
  acknowledgedAt: number;
}

/** Clocks differ by a second, either way. */
const skewMs = 2000;

/**
 * An alert is acknowledged once, on the feed that it was raised to; of those with one `dedupeKey` a feed has one open
 * at a time; and `already` is only told of one that was so (I3, I10).
 */
export function judgeAlerts(of: Case): Violation[] {
  const violations: Violation[] = [];
  const alerts = readAlerts(of, violations);
  const firstAskAt = new Map<string, number>();
  for (const { ref, at } of of.asks) if (!firstAskAt.has(ref)) firstAskAt.set(ref, at);
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
    const askedAt = firstAskAt.get(ask.ref) ?? ask.at;
    judge(answered, judgeRaisedAlready(of, answered, alerts.get(answer.alertId), askedAt));
  }
  return violations;
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
  return new Map(
    atRest.flatMap(({ pk, log }) => {
      const [kind, , , ref = ''] = pk.split('#').map(decodeURIComponent);
      if (kind !== 'REF' || !log || asked.get(ref) === undefined) return [];
      return [[`${(log as Fields).pk} ${(log as Fields).sk}`, asked.get(ref)] as const];
    }),
  );
}

function judgeAcknowledged(of: Case, { ask, got, who, answer }: Answered, alert: Alert | undefined) {
  if (answer.alertId !== ask.payload.alertId) return `asked for ${ask.payload.alertId}`;
  if (!alert) return 'acknowledged and never raised';
  if (answer.already === true) {
    return alert.acknowledgedAt <= got.at + skewMs ? undefined : 'called acknowledged already, and was not';
  }
  const event = loggedAt(of.topics, alert.home, answer.epoch, answer.seq)?.event;
  const isSo =
    event?.type === 'alert.acknowledged' &&
    event.payload.alertId === answer.alertId &&
    event.payload.by === who.user;
  return isSo ? undefined : `answered ${JSON.stringify(answer)}, and the log has it not so`;
}

function judgeRaisedAlready(of: Case, { ask, got }: Answered, alert: Alert | undefined, askedAt: number) {
  if (!alert || alert.raisedAt > got.at + skewMs) return 'called raised already, and was not';
  if (alert.home !== homeOfChange(of, ask)) return `called raised already, and stands on ${alert.home}`;
  if (ask.payload.dedupeKey === undefined || alert.dedupeKey !== ask.payload.dedupeKey) {
    return `called raised already, by another key`;
  }
  return alert.acknowledgedAt < askedAt - skewMs ? 'called open, and was acknowledged' : undefined;
}
