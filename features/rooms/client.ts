import type { ClientFeature } from '@tidings/client';

/** Whoever says something in a room is spared the event, and has it made up from the answer. */
export const rooms: ClientFeature = { ownEvents: { 'room.send': 'room.message' } };
