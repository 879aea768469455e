import type { Store } from '@tidings/client';
import { useSyncExternalStore } from 'react';

/** What a store has now; draws anew when it changes. */
export const useStore = <T>(store: Store<T>): T => useSyncExternalStore(store.subscribe, store.getSnapshot);
