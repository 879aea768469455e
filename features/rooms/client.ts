import { type ClientFeature, ownEvents } from '@tidings/client';

/** The sender of a room's message does not get its event. The client makes the event from the answer. */
export const rooms: ClientFeature = { ownEvent: ownEvents({ 'room.send': 'room.message' }) };
