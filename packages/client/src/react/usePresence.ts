import { useMemo } from 'react';
import { createPresence, type Presence, unknownPresence } from '../features/createPresence.ts';
import { useClient } from './tidingsProvider.ts';
import { useStore } from './useStore.ts';

/** Who is in a room, oneself included: the room is followed while the component is there. */
export function usePresence(roomId: string): Presence {
  const client = useClient();
  const presence = useMemo(() => createPresence(client, roomId), [client, roomId]);
  return useStore(presence, unknownPresence);
}
