import { ProtocolError } from '@tidings/protocol';

/**
 * The state in the head of a `queue:<date>` topic, which every commit writes whole: hence lists without names,
 * and no record by doctor, for an id may be a name that objects have by themselves.
 */
export interface Board {
  /** How many appointments were ever booked. */
  readonly booked: number;
  /** In the order of their ids. */
  readonly doctors: readonly Doctor[];
}

type Doctor = readonly [doctorId: string, appointments: readonly Booked[]];
/** In the order of their times. `place` is 0 before the check-in. */
type Booked = readonly [number: number, patientId: string, at: string, place: number];

/** An appointment as the wire has it. */
export interface Appointment {
  readonly appointmentId: string;
  readonly patientId: string;
  readonly at: string;
  readonly status: 'booked' | 'checked-in';
  readonly position: number | null;
}

export const emptyBoard: Board = { booked: 0, doctors: [] };

/** All of a doctor's appointments are one frame, and API Gateway posts 128 KB at most. */
const mostAppointments = 500;

/** @throws ProtocolError `conflict`: the time is taken; `limit_exceeded`: the day is full. */
export function book(board: Board, doctorId: string, patientId: string, at: string): Board {
  const before = bookedWith(board, doctorId);
  if (before.some(([, , taken]) => taken === at)) {
    throw new ProtocolError('conflict', `the doctor’s ${at} is taken: choose another time`);
  }
  const booked = board.booked + 1;
  if (booked > mostAppointments) {
    throw new ProtocolError('limit_exceeded', `a day has at most ${mostAppointments} appointments`);
  }
  const after = [...before, [booked, patientId, at, 0] as const].sort(byText(([, , time]) => time));
  return { ...withDoctor(board, doctorId, after), booked };
}

/** Where an appointment stands in its doctor's queue, and the board with it checked in, if it was not before. */
export interface CheckedIn {
  readonly doctorId: string;
  readonly place: number;
  /** Absent: it was checked in already. */
  readonly board?: Board;
}

/** @returns nothing when there is no such appointment. */
export function checkIn(board: Board, number: number): CheckedIn | undefined {
  for (const [doctorId, appointments] of board.doctors) {
    const found = appointments.find(([one]) => one === number);
    if (!found) continue;
    if (found[3] > 0) return { doctorId, place: found[3] };
    const place = 1 + Math.max(...appointments.map(([, , , taken]) => taken));
    const after = appointments.map((one) =>
      one === found ? ([one[0], one[1], one[2], place] as const) : one,
    );
    return { doctorId, place, board: withDoctor(board, doctorId, after) };
  }
  return undefined;
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

/** What a subscriber is shown: whole doctors, as many as fit (at least one), and where to go on if that is not all. */
export function boardSnapshot(
  board: Board,
  date: string,
  { cursor = '', mostBytes }: { readonly cursor?: string | undefined; readonly mostBytes: number },
): object {
  const doctors: { readonly doctorId: string }[] = [];
  let bytes = 0;
  for (const [doctorId] of board.doctors) {
    if (doctorId <= cursor) continue;
    const doctor = { doctorId, appointments: appointmentsOf(board, date, doctorId) };
    bytes += JSON.stringify(doctor).length + 1;
    const last = doctors.at(-1);
    if (last && bytes > mostBytes) return { date, doctors, cursor: last.doctorId };
    doctors.push(doctor);
  }
  return { date, doctors };
}

/** The id names its day, so that it is not taken for one of another day. */
export const toAppointmentId = (date: string, number: number) => `${date}-${number}`;

/** The number of an appointment of this day; nothing when the id is not one of this day's. */
export function toAppointmentNumber(date: string, appointmentId: string): number | undefined {
  const number = Number(appointmentId.slice(date.length + 1));
  return toAppointmentId(date, number) === appointmentId ? number : undefined;
}

const bookedWith = ({ doctors }: Board, doctorId: string): readonly Booked[] =>
  doctors.find(([id]) => id === doctorId)?.[1] ?? [];

function withDoctor(board: Board, doctorId: string, appointments: readonly Booked[]): Board {
  const others = board.doctors.filter(([id]) => id !== doctorId);
  return { ...board, doctors: [...others, [doctorId, appointments] as const].sort(byText(([id]) => id)) };
}

const byText =
  <T>(text: (one: T) => string) =>
  (a: T, b: T) =>
    text(a) < text(b) ? -1 : 1;
