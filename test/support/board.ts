import { expect } from 'vitest';
import type { Client } from './client.ts';

interface Appointment {
  appointmentId: string;
  patientId: string;
  at: string;
  status: string;
  position: number | null;
}
export interface Doctor {
  doctorId: string;
  appointments: Appointment[];
}
export interface Board {
  seq: number;
  snapshot: { date: string; doctors: Doctor[]; cursor?: string };
}

/** The day in so many days: boards are kept of days around today only. */
const dayIn = (days: number) => new Date(Date.now() + days * 24 * 3_600_000).toISOString().slice(0, 10);
export const date = dayIn(30);
export const nextDay = dayIn(31);
export const board = async (of: Client, day = date, payload?: object) => {
  const frame = await of.ask('subscribe', { topic: `queue:${day}`, ...(payload && { payload }) });
  return frame.payload as unknown as Board;
};
export const bookingOf = (doctorId: string, at: string, patientId = 'pat') => ({
  payload: { date, doctorId, patientId, at },
});
export const book = async (by: Client, doctorId: string, at: string, patientId?: string) => {
  const ack = await by.ask('queue.book', bookingOf(doctorId, at, patientId));
  expect(ack.type).toBe('ack');
  return ack.payload as unknown as { appointmentId: string; seq: number };
};
export const checkIn = (by: Client, appointmentId: string) =>
  by.ask('queue.checkIn', { payload: { date, appointmentId } });
export const nth = (count: number) => Array.from({ length: count }, (_, n) => n + 1);
export const time = (n: number) =>
  `${String(8 + Math.floor(n / 60)).padStart(2, '0')}:${String(n % 60).padStart(2, '0')}`;
