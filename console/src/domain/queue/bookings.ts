import type { DoctorDay } from '@tidings/client';

export type Appointment = DoctorDay['appointments'][number];

/** An appointment that one booked oneself, as the answers tell of it. */
export interface Booking extends Appointment {
  readonly date: string;
  readonly doctorId: string;
}

/** The doctors of a day with whom one has booked. */
export function doctorsOf(bookings: readonly Booking[], date: string): DoctorDay[] {
  const ofDay = bookings.filter((one) => one.date === date).toSorted((a, b) => (a.at < b.at ? -1 : 1));
  return [...new Set(ofDay.map(({ doctorId }) => doctorId))].map((doctorId) => ({
    doctorId,
    appointments: ofDay.filter((one) => one.doctorId === doctorId),
  }));
}

/** @param next what has become of it; nothing where it was cancelled */
export const changed = (
  bookings: readonly Booking[],
  appointmentId: string,
  next: Partial<Appointment> | undefined,
): Booking[] =>
  bookings.flatMap((one) => {
    if (one.appointmentId !== appointmentId) return [one];
    return next ? [{ ...one, ...next }] : [];
  });
