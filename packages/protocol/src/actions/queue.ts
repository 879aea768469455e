import * as z from 'zod/mini';
import { action, described, event, id, position } from '../contract.ts';
import { isDate } from '../topics.ts';

const date = described(
  z.string().check(z.refine(isDate, { error: 'is not a date that exists (YYYY-MM-DD)' })),
  'The day, as YYYY-MM-DD.',
);
const at = described(
  z.string().check(z.regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day, HH:MM')),
  'The time, as HH:MM from 00:00 to 23:59.',
);
const doctorId = id('The doctor.');
const patientId = id('The patient.');
const appointmentId = id('The appointment.');
const place = described(z.int().check(z.minimum(1)), 'The place in the doctor’s queue: 1 is the first.');

const appointment = z.object({
  appointmentId,
  patientId,
  at,
  status: z.enum(['booked', 'checked-in']),
  position: described(z.nullable(z.int()), 'The place in the doctor’s queue; null before the check-in.'),
});

export const queueBook = action({
  name: 'queue.book',
  group: 'domain',
  roles: ['msp', 'client', 'service'],
  topic: 'none',
  payload: z.object({ date, doctorId, patientId, at }),
  answer: z.object({ appointmentId, ...position }),
  documentation:
    'Books a time with a doctor. A time that is taken is `conflict`. A client’s user books a few appointments a day (see the limits).',
});

export const queueCheckIn = action({
  name: 'queue.checkIn',
  group: 'domain',
  roles: ['msp', 'client', 'service'],
  topic: 'none',
  payload: z.object({ date, appointmentId }),
  answer: z.object({
    position: place,
    epoch: z.optional(position.epoch),
    seq: z.optional(position.seq),
    already: described(z.optional(z.literal(true)), 'The patient was checked in before; nothing changed.'),
  }),
  documentation:
    'The patient is there, and takes the next place in the doctor’s queue. A client’s user checks in what it booked itself.',
});

export const queueCancel = action({
  name: 'queue.cancel',
  group: 'domain',
  roles: ['msp', 'client', 'service'],
  topic: 'none',
  payload: z.object({ date, appointmentId }),
  answer: z.object({
    epoch: z.optional(position.epoch),
    seq: z.optional(position.seq),
    already: described(z.optional(z.literal(true)), 'It was cancelled before; nothing changed.'),
  }),
  documentation:
    'Takes an appointment off the board and frees its time; nobody’s place changes. A client’s user cancels what it booked itself, until it is checked in.',
});

export const queueEvents = {
  updated: event({
    type: 'queue.updated',
    mode: 'log',
    topics: ['queue:<YYYY-MM-DD>'],
    payload: z.object({
      doctorId,
      appointments: described(z.array(appointment), 'All of this doctor’s on this day, in order of time.'),
    }),
    documentation: 'A doctor’s day changed; the payload is the whole of it.',
  }),
};
