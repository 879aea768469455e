import { ProtocolError, type Topic } from '@tidings/protocol';
import { type Handler, on, publish } from '../../call.ts';
import { appointmentsOf, type Board, book, checkIn, toAppointmentId, toAppointmentNumber } from './board.ts';

/** Queue boards: one topic a day. An event carries all of the doctor whose day changed, so that it replaces and never adds up. */
export const queueHandlers: readonly Handler[] = [
  on('queue.book', (call) => {
    const { date, doctorId, patientId, at } = call.payload;
    return publish(call, {
      topic: boardOf(date),
      decide: (before) => {
        const board = book(before, doctorId, patientId, at);
        return {
          event: updated(board, date, doctorId),
          state: board,
          answer: { appointmentId: toAppointmentId(date, board.booked) },
        };
      },
    });
  }),

  on('queue.checkIn', (call) => {
    const { date, appointmentId } = call.payload;
    const number = toAppointmentNumber(date, appointmentId);
    return publish(call, {
      topic: boardOf(date),
      decide: (before) => {
        const checkedIn = number === undefined ? undefined : checkIn(before, number);
        if (!checkedIn) throw new ProtocolError('not_found', 'there is no such appointment on this day');
        const { doctorId, place, board } = checkedIn;
        if (!board) return { unchanged: { position: place, already: true } };
        return { event: updated(board, date, doctorId), state: board, answer: { position: place } };
      },
    });
  }),
];

const boardOf = (date: string) => ({ kind: 'queue', id: date }) as const satisfies Topic;

const updated = (board: Board, date: string, doctorId: string) => ({
  type: 'queue.updated',
  payload: { doctorId, appointments: appointmentsOf(board, date, doctorId) },
});
