import {
  answersTo,
  type Case,
  type Event,
  eventsOf,
  type Findings,
  topicsOf,
  type Violation,
} from './evidence.ts';

interface Appointment {
  readonly appointmentId: string;
  readonly patientId: string;
  readonly at: string;
  readonly status: string;
  readonly position: number | null;
}

/**
 * On a board each event changes one appointment: a time of a doctor is given once, who checks in takes the next
 * place, and what is cancelled changes no other. Who is told that a time is taken lost it to somebody (I15).
 */
export function judgeBoards(of: Case): Findings {
  return { violations: [...wrongSteps(of), ...wrongRefusals(of)] };
}

function* wrongSteps({ topics }: Case): Generator<Violation> {
  for (const { topic, id } of topicsOf(topics, 'queue')) {
    const doctors = new Map<string, readonly Appointment[]>();
    let booked = 0;
    for (const event of eventsOf(topic)) {
      const doctorId = String(event.payload.doctorId);
      const after = event.payload.appointments as Appointment[];
      const before = doctors.get(doctorId) ?? [];
      const step = stepOf(before, after, `${id}-${booked + 1}`);
      if (step === 'booked') booked++;
      else if (step !== 'checked in' && step !== 'cancelled') {
        yield { invariant: 'I15', what: `${topic.name} ${event.seq}: ${step}` };
      }
      doctors.set(doctorId, after);
    }
  }
}

/** @returns what happened between two states of one doctor's day, or what is wrong with it. */
function stepOf(before: readonly Appointment[], after: readonly Appointment[], nextId: string): string {
  const times = after.map(({ at }) => at);
  if (times.join() !== [...new Set(times)].sort().join()) return `the times are ${times.join(' ')}`;
  const known = new Map(before.map((one) => [one.appointmentId, JSON.stringify(one)]));
  const changed = after.filter((one) => known.get(one.appointmentId) !== JSON.stringify(one));
  if (changed.length === 0 && after.length === before.length - 1) return 'cancelled';
  const [one, ...more] = changed;
  if (!one || more.length > 0) return `${changed.length} appointments changed at once`;
  const old = before.find(({ appointmentId }) => appointmentId === one.appointmentId);
  if (after.length !== before.length + (old ? 0 : 1)) return 'an appointment is gone';
  if (!old) {
    const isNew = one.appointmentId === nextId && one.status === 'booked' && one.position === null;
    return isNew ? 'booked' : `booked as ${JSON.stringify(one)}, and ${nextId} was next`;
  }
  const place = 1 + Math.max(0, ...before.map(({ position }) => position ?? 0));
  const isInOrder = old.status === 'booked' && one.status === 'checked-in' && one.position === place;
  const isSame = old.at === one.at && old.patientId === one.patientId;
  return isInOrder && isSame
    ? 'checked in'
    : `${JSON.stringify(old)} became ${JSON.stringify(one)}, in place ${place}`;
}

function* wrongRefusals(of: Case): Generator<Violation> {
  for (const { ask, got, who, answer } of answersTo(of, 'queue.book', 'error')) {
    if (answer.code !== 'conflict') continue;
    const { date, doctorId, at } = ask.payload;
    const isTaken = (event: Event & { ts?: number }) =>
      event.payload.doctorId === doctorId &&
      Number(event.ts) <= got.at + of.skewMs &&
      (event.payload.appointments as Appointment[]).some((one) => one.at === at);
    if (eventsOf(of.topics.get(`${who.tenant}/queue:${date}`)).some(isTaken)) continue;
    yield {
      invariant: 'I15',
      what: `${ask.ref}: ${doctorId} has ${date} ${at} free, and refused it`,
      at: got.at,
    };
  }
}
