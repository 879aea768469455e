import * as z from 'zod/mini';
import { count, settingsPart } from '../../core/settings.ts';

export const queueSettings = settingsPart({
  limits: {
    /** Appointments that a client's user may have booked on one board. */
    bookingsPerUser: z._default(count(1), 10),
    /** Appointments of one doctor on one board. All of them travel in one frame, and API Gateway posts 128 KB at most. */
    appointmentsPerDoctor: z._default(count(2).check(z.maximum(500)), 500),
    /** How many of those clients' users may have booked. */
    clientAppointmentsPerDoctor: z.optional(count(1).check(z.maximum(500))),
    /** A board is one row, of which DynamoDB takes 400 KB, and every booking writes it whole. */
    boardBytes: z._default(count(1_000).check(z.maximum(300_000)), 300_000),
  },
  shares: { clientAppointmentsPerDoctor: { of: 'appointmentsPerDoctor', usual: 400 } },
});
