import { expect, test } from 'vitest';
import { type Booking, changed, doctorsOf } from './bookings.ts';

const booking = (appointmentId: string, doctorId: string, at: string, date = '2026-03-02'): Booking => ({
  appointmentId,
  date,
  doctorId,
  patientId: 'p-17',
  at,
  status: 'booked',
  position: null,
});
const late = booking('a-1', 'dr-lee', '11:00');
const early = booking('a-2', 'dr-lee', '09:00');
const bookings = [
  late,
  early,
  booking('a-3', 'dr-ray', '10:00'),
  booking('a-4', 'dr-lee', '08:00', '2026-03-03'),
];

test('of a day there are the own appointments, by doctor and in the order of time', () => {
  expect(
    doctorsOf(bookings, '2026-03-02').map(({ doctorId, appointments }) => [doctorId, appointments]),
  ).toEqual([
    ['dr-lee', [early, late]],
    ['dr-ray', [bookings[2]]],
  ]);
  expect(doctorsOf(bookings, '2026-03-04')).toEqual([]);
});

test('a check-in is seen, and what is cancelled is gone', () => {
  const here = { status: 'checked-in', position: 1 } as const;
  expect(changed([late, early], 'a-1', here)).toEqual([{ ...late, ...here }, early]);
  expect(changed([late, early], 'a-1', undefined)).toEqual([early]);
});
