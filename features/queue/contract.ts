import {
  action,
  contract,
  described,
  event,
  id,
  isDate,
  position,
  positionIfAny,
  topic,
} from '@tidings/protocol';
import * as z from 'zod/mini';

const date = described(
  z
    .string()
    .check(z.refine(isDate, { error: 'is not a date that exists (YYYY-MM-DD)' }), z.meta({ format: 'date' })),
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
  status: described(z.enum(['booked', 'checked-in']), 'How far the patient has got.'),
  position: described(z.nullable(z.int()), 'The place in the doctor’s queue; null before the check-in.'),
});

const doctorDay = z.object({
  doctorId,
  appointments: described(z.array(appointment), 'All of this doctor’s on this day, in order of time.'),
});

/** @param who who may subscribe, in words, for the documents. */
export const queueContract = (who: string) =>
  contract({
    topics: {
      queue: topic({
        id: { shape: 'YYYY-MM-DD', pattern: '\\d{4}-\\d{2}-\\d{2}', example: '2026-03-02' },
        who,
        snapshot: z.object({
          date: z.string(),
          doctors: z.array(doctorDay),
          cursor: z.optional(z.string()),
        }),
        documentation: 'The appointments of one day, by doctor. The date must exist.',
      }),
    },
    actions: {
      'queue.book': action({
        roles: ['msp', 'client', 'service'],
        payload: z.object({ date, doctorId, patientId, at }),
        answer: z.object({ appointmentId, ...position }),
        documentation:
          'Books a time with a doctor. A time that is taken is `conflict`. A client’s user books a few appointments a day (see the limits).',
      }),
      'queue.checkIn': action({
        roles: ['msp', 'client', 'service'],
        payload: z.object({ date, appointmentId }),
        answer: z.object({
          position: place,
          ...positionIfAny,
          already: described(
            z.optional(z.literal(true)),
            'The patient was checked in before; nothing changed.',
          ),
        }),
        documentation:
          'The patient is there, and takes the next place in the doctor’s queue. A client’s user checks in what it booked itself.',
      }),
      'queue.cancel': action({
        roles: ['msp', 'client', 'service'],
        payload: z.object({ date, appointmentId }),
        answer: z.object({
          ...positionIfAny,
          already: described(z.optional(z.literal(true)), 'It was cancelled before; nothing changed.'),
        }),
        documentation:
          'Takes an appointment off the board and frees its time; nobody’s place changes. A client’s user cancels what it booked itself, until it is checked in.',
      }),
    },
    events: {
      'queue.updated': event({
        topics: ['queue:<YYYY-MM-DD>'],
        payload: doctorDay,
        documentation: 'A doctor’s day changed; the payload is the whole of it.',
      }),
    },
    examples: {
      date: '2026-03-02',
      appointmentId: 'appointment-1',
      doctorId: 'dr-lee',
      patientId: 'p-17',
      position: 1,
    },
  });

export type QueueContract = ReturnType<typeof queueContract>;
