import type { Clock } from '../src/base/clock.ts';

/** Time that passes only when a test says so. */
export interface VirtualClock extends Clock {
  /** Lets this much time pass. What falls due runs at its own time, and what that begins is waited for. */
  advance(ms: number): Promise<void>;
  /** Lets time pass as on a machine that sleeps: what falls due meanwhile runs afterwards, late. */
  sleep(ms: number): Promise<void>;
  /** Resolves when nothing is left to do at this moment. */
  settle(): Promise<void>;
  /** How many timers wait. */
  pending(): number;
}

interface Alarm {
  readonly at: number;
  readonly run: () => void;
}

/** What is used of a channel: the types of Node and of browsers differ. */
interface Channel {
  readonly port1: { onmessage: unknown; close(): void };
  readonly port2: { postMessage(message: unknown): void };
}

/** @param start milliseconds since 1970. */
export function createVirtualClock(start = Date.UTC(2030, 0, 1)): VirtualClock {
  let now = start;
  const alarms = new Set<Alarm>();

  function next(): Alarm | undefined {
    let first: Alarm | undefined;
    for (const alarm of alarms) if (!first || alarm.at < first.at) first = alarm;
    return first;
  }

  /** A turn of the event loop comes after all promises, however long their chain. A test may fake every timer, but no port. */
  const settle = () =>
    new Promise<void>((resolve) => {
      const { port1, port2 } = new MessageChannel() as unknown as Channel;
      port1.onmessage = () => {
        port1.close();
        resolve();
      };
      port2.postMessage(undefined);
    });

  async function advance(ms: number) {
    const until = now + ms;
    await settle();
    for (let alarm = next(); alarm && alarm.at <= until; alarm = next()) {
      alarms.delete(alarm);
      now = Math.max(now, alarm.at);
      alarm.run();
      await settle();
    }
    now = until;
  }

  return {
    now: () => now,
    setTimeout(run, ms) {
      const alarm: Alarm = { at: now + Math.max(0, ms), run };
      alarms.add(alarm);
      return { cancel: () => void alarms.delete(alarm) };
    },
    advance,
    sleep(ms) {
      now += ms;
      return advance(0);
    },
    settle,
    pending: () => alarms.size,
  };
}
