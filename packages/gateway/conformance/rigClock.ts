import { createVirtualClock, type VirtualClock } from '@tidings/client/testing';

/** A clock that stands still until a test moves it, at a time of which no part is 0. */
export const rigClock = (): VirtualClock => createVirtualClock(Date.UTC(2024, 10, 11, 13, 45, 46, 514));
