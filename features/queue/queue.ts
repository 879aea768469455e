import { ProtocolError } from '@tidings/protocol';
import type { Actions, Call, EventOf } from '../../core/call.ts';
import { publish } from '../../core/delivery/publish.ts';
import { isClientUser } from '../../core/principal.ts';
import {
  appointmentsOf,
  type Board,
  book,
  cancel,
  checkIn,
  type Found,
  findAppointment,
  giveBack,
  toAppointmentId,
  toAppointmentNumber,
} from './board.ts';
import { requireBoardDate } from './boardDates.ts';
import { boardTopics } from './boardTopics.ts';
import type { QueueContract } from './contract.ts';
import { queueSettings } from './settings.ts';

/**
 * Queue boards: one topic a day. An event has the whole day of the doctor that changed, so that a client
 * replaces what it had.
 */
export const queueActions: Actions<QueueContract> = {
  'queue.book': (call) => {
    const { date, ...wanted } = call.payload;
    return publish(call, {
      topic: boardOf(call, date),
      decide: (before, _rows, now) => {
        const booking = { ...wanted, clientUser: clientUserOf(call) };
        const board = book(before, booking, queueSettings.in(call.runtime.settings).limits, now);
        return {
          event: updated(board, date, wanted.doctorId),
          state: board,
          answer: { appointmentId: toAppointmentId(date, board.booked) },
        };
      },
    });
  },

  'queue.checkIn': (call) => {
    const { date, appointmentId } = call.payload;
    return publish(call, {
      topic: boardOf(call, date),
      decide: (before) => {
        const found = findOwn(call, before, date, appointmentId);
        if (found === 'cancelled') throw noSuchAppointment();
        if (found.place > 0) return { unchanged: { position: found.place, already: true } };
        const { place, board } = checkIn(before, found);
        return { event: updated(board, date, found.doctorId), state: board, answer: { position: place } };
      },
    });
  },

  'queue.cancel': (call) => {
    const { date, appointmentId } = call.payload;
    return publish(call, {
      topic: boardOf(call, date),
      decide: (before, _rows, now) => {
        const found = findOwn(call, before, date, appointmentId);
        if (found === 'cancelled') return { unchanged: { already: true } };
        const clientUser = clientUserOf(call);
        if (found.place > 0 && clientUser !== undefined) {
          throw new ProtocolError('forbidden', 'it is checked in: only staff may cancel it now');
        }
        const board =
          clientUser === undefined ? cancel(before, found) : giveBack(before, found, clientUser, now);
        return { event: updated(board, date, found.doctorId), state: board, answer: {} };
      },
    });
  },
};

function boardOf({ runtime }: Call, date: string) {
  requireBoardDate(date, runtime.clock.now(), 'payload.date');
  return boardTopics.of(date);
}

/** The client's user, who may change only its own bookings; `undefined` for others. */
const clientUserOf = ({ principal }: Call) => (isClientUser(principal) ? principal.userId : undefined);

/**
 * The appointment that the caller may change.
 *
 * @throws ProtocolError `not_found`, `forbidden`.
 */
function findOwn(call: Call, board: Board, date: string, appointmentId: string): Found | 'cancelled' {
  const number = toAppointmentNumber(date, appointmentId);
  const found = number === undefined ? undefined : findAppointment(board, number);
  if (!found) throw noSuchAppointment();
  const clientUser = clientUserOf(call);
  if (found !== 'cancelled' && clientUser !== undefined && found.clientUser !== clientUser) {
    throw new ProtocolError('forbidden', 'this appointment was booked by somebody else');
  }
  return found;
}

const noSuchAppointment = () => new ProtocolError('not_found', 'there is no such appointment on this day');

const updated = (board: Board, date: string, doctorId: string): EventOf<QueueContract> => ({
  type: 'queue.updated',
  payload: { doctorId, appointments: appointmentsOf(board, date, doctorId) },
});
