import { ProtocolError } from '@tidings/protocol';
import { answerBudget } from '../../core/log/answerBudget.ts';
import { addEntry } from '../../core/log/fillPage.ts';
import { type GivenBack, stillCounted, tooSoonAfter } from './givenBack.ts';
import type { queueSettings } from './settings.ts';

/**
 * The state in the head of a `queue:<date>` topic, which every commit writes whole: hence lists without names,
 * and no record by doctor, for an id may be a name that objects have by themselves.
 */
export interface Board {
  /** How many appointments were ever booked. */
  readonly booked: number;
  /** Those with appointments, in the order of their ids. */
  readonly doctors: readonly Doctor[];
  /** What clients' users cancelled within the last minute, oldest first. */
  readonly givenBack?: readonly GivenBack[];
}

type Doctor = readonly [doctorId: string, appointments: readonly Booked[]];
/**
 * In the order of their times. `place` is 0 before the check-in. `clientUser` is the client's user who booked it:
 * what staff or a machine booked names nobody, since all of them may change it.
 */
type Booked = readonly [number: number, patientId: string, at: string, place: number, clientUser?: string];

/** An appointment as the wire has it. */
export interface Appointment {
  readonly appointmentId: string;
  readonly patientId: string;
  readonly at: string;
  readonly status: 'booked' | 'checked-in';
  readonly position: number | null;
}

export const emptyBoard: Board = { booked: 0, doctors: [] };

export interface Booking {
  readonly doctorId: string;
  readonly patientId: string;
  readonly at: string;
  /** The client's user who books; absent for staff or a machine. */
  readonly clientUser?: string | undefined;
}

/** Limits of a board, and of a doctor's day. */
type BoardLimits = ReturnType<typeof queueSettings.in>['limits'];

/**
 * @throws ProtocolError `conflict`: the time is taken; `limit_exceeded`: no room for this one; `rate_limited`: there is
 *   some as soon as what its user took back counts no more.
 */
export function book(
  board: Board,
  { doctorId, patientId, at, clientUser }: Booking,
  limits: BoardLimits,
  now: number,
): Board {
  const givenBack = stillCounted(board.givenBack, now);
  const before = bookedWith(board, doctorId);
  if (before.some(([, , taken]) => taken === at)) {
    throw new ProtocolError('conflict', `the doctor’s ${at} is taken: choose another time`);
  }
  if (clientUser !== undefined) requireShare({ ...board, givenBack }, before, clientUser, limits, now);
  const booked = board.booked + 1;
  const one = [booked, patientId, at, 0] as const;
  const after = [...before, clientUser === undefined ? one : ([...one, clientUser] as const)].sort(
    byText(([, , time]) => time),
  );
  const { appointmentsPerDoctor, boardBytes } = limits;
  if (after.length > appointmentsPerDoctor) {
    throw full(`a doctor has at most ${appointmentsPerDoctor} appointments a day`);
  }
  const next = { ...withGivenBack(withDoctor(board, doctorId, after), givenBack), booked };
  if (Buffer.byteLength(JSON.stringify(next)) > boardBytes) throw full('this day is full');
  return next;
}

/** Checks the shares of a day: one client's user has a limit, and all of them together have one. */
function requireShare(
  { doctors, givenBack = [] }: Board,
  ofDoctor: readonly Booked[],
  clientUser: string,
  { bookingsPerUser, clientAppointmentsPerDoctor }: BoardLimits,
  now: number,
): void {
  const own = doctors.flatMap(([, appointments]) => appointments).filter(([, , , , by]) => by === clientUser);
  if (own.length >= bookingsPerUser) {
    throw full(
      `you have booked ${bookingsPerUser} appointments of this day: cancel one, and book again a minute later`,
    );
  }
  if (ofDoctor.filter(([, , , , by]) => by !== undefined).length >= clientAppointmentsPerDoctor) {
    throw full(`clients book at most ${clientAppointmentsPerDoctor} of a doctor’s appointments a day`);
  }
  const ownGivenBack = givenBack.filter(([by]) => by === clientUser);
  // The cancelled booking that must stop counting first.
  const inTheWay = ownGivenBack[own.length + ownGivenBack.length - bookingsPerUser];
  if (inTheWay) throw tooSoonAfter(inTheWay, now);
}

const full = (message: string) => new ProtocolError('limit_exceeded', message);

/** An appointment, and its doctor. */
export interface Found {
  readonly doctorId: string;
  readonly number: number;
  /** 0 before the check-in. */
  readonly place: number;
  readonly clientUser: string | undefined;
}

/** @returns `cancelled` for one that was there once; nothing when there never was one. */
export function findAppointment(board: Board, number: number): Found | 'cancelled' | undefined {
  for (const [doctorId, appointments] of board.doctors) {
    const found = appointments.find(([one]) => one === number);
    if (found) return { doctorId, number, place: found[3], clientUser: found[4] };
  }
  return number <= board.booked ? 'cancelled' : undefined;
}

/** The board with an appointment checked in, and its position in its doctor's queue. */
export function checkIn(board: Board, { doctorId, number }: Found): { place: number; board: Board } {
  const before = bookedWith(board, doctorId);
  const place = 1 + Math.max(...before.map(([, , , taken]) => taken));
  const after = before.map((one): Booked => {
    const [id, patientId, at, , ...by] = one;
    return id === number ? [id, patientId, at, place, ...by] : one;
  });
  return { place, board: withDoctor(board, doctorId, after) };
}

/** The board without an appointment. Positions in the queue do not change. */
export function cancel(board: Board, { doctorId, number }: Found): Board {
  const left = bookedWith(board, doctorId).filter(([one]) => one !== number);
  return withDoctor(board, doctorId, left);
}

/**
 * The same, for an appointment that a client's user cancels. The entry for it is smaller than the appointment
 * was, so cancelling cannot make a board grow.
 */
export function giveBack(board: Board, found: Found, clientUser: string, now: number): Board {
  return withGivenBack(cancel(board, found), [...stillCounted(board.givenBack, now), [clientUser, now]]);
}

/** A doctor's appointments, as the wire has them. */
export function appointmentsOf(board: Board, date: string, doctorId: string): Appointment[] {
  return bookedWith(board, doctorId).map(([number, patientId, at, place]) => ({
    appointmentId: toAppointmentId(date, number),
    patientId,
    at,
    status: place > 0 ? 'checked-in' : 'booked',
    position: place > 0 ? place : null,
  }));
}

/** A page of the snapshot: whole doctors, as many as fit (at least one), and a cursor if there are more. */
export function boardSnapshot(
  board: Board,
  date: string,
  { cursor = '', maxBytes }: { readonly cursor?: string | undefined; readonly maxBytes: number },
): object {
  const doctors: { readonly doctorId: string }[] = [];
  const budget = answerBudget(maxBytes);
  for (const [doctorId] of board.doctors) {
    if (doctorId <= cursor) continue;
    const doctor = { doctorId, appointments: appointmentsOf(board, date, doctorId) };
    if (!addEntry(doctors, doctor, budget)) return { date, doctors, cursor: doctors.at(-1)?.doctorId };
  }
  return { date, doctors };
}

/** The id contains its day, so that it matches no appointment of another day. */
export const toAppointmentId = (date: string, number: number) => `${date}-${number}`;

/** The number of an appointment of this day; `undefined` if the id is not one of this day's. */
export function toAppointmentNumber(date: string, appointmentId: string): number | undefined {
  const number = Number(appointmentId.slice(date.length + 1));
  return number > 0 && toAppointmentId(date, number) === appointmentId ? number : undefined;
}

const bookedWith = ({ doctors }: Board, doctorId: string): readonly Booked[] =>
  doctors.find(([id]) => id === doctorId)?.[1] ?? [];

function withDoctor(board: Board, doctorId: string, appointments: readonly Booked[]): Board {
  const others = board.doctors.filter(([id]) => id !== doctorId);
  const doctors = appointments.length > 0 ? [...others, [doctorId, appointments] as const] : others;
  return { ...board, doctors: doctors.sort(byText(([id]) => id)) };
}

function withGivenBack({ givenBack: _, ...board }: Board, givenBack: readonly GivenBack[]): Board {
  return givenBack.length > 0 ? { ...board, givenBack } : board;
}

const byText =
  <T>(text: (one: T) => string) =>
  (a: T, b: T) =>
    text(a) < text(b) ? -1 : 1;
