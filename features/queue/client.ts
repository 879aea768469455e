import {
  type ClientFeature,
  type DoctorDay,
  listOf,
  pagedSync,
  type QueueSnapshot,
  replaced,
} from '@tidings/client';

interface QueueEvent {
  readonly type: string;
  readonly payload: DoctorDay;
}

/** Each event carries the day of one doctor whole; a doctor without appointments is not on the board. */
function foldBoard(snapshot: QueueSnapshot, { type, payload }: QueueEvent): QueueSnapshot {
  if (type !== 'queue.updated') return snapshot;
  const doctors = replaced('doctorId', listOf<DoctorDay>(snapshot.doctors), [payload]);
  return { ...snapshot, doctors: doctors.filter(({ appointments }) => listOf(appointments).length > 0) };
}

/** The boards of days. A long one comes in pages. */
export const queue: ClientFeature = { topics: { queue: { fold: foldBoard, sync: pagedSync } } };
