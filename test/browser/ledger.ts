import { actAsStaff } from './people.ts';

/** Publishes without end, and keeps a book of what was acknowledged. */
export interface Publisher {
  /** The totals of all interactions that were acknowledged. */
  ledger(): readonly number[];
  /** @throws what the server refused, or what `isUp` threw. */
  untilAcknowledged(count: number): Promise<void>;
  /** How many requests got no answer at first. */
  cutOff(): number;
  /** Ends it when all that was begun is acknowledged. */
  stop(): Promise<readonly number[]>;
}

/** A publisher that asks again, under the same `ref`, until it has an answer: then it knows that it was done once. */
export function publishSteadily(
  api: { readonly httpUrl: string; readonly token: string },
  lanes: number,
  isUp: () => Promise<unknown>,
): Publisher {
  const ledger: number[] = [];
  const waiting = new Set<() => void>();
  let isOver = false;
  let begun = 0;
  let cutOff = 0;

  async function publish(ref: string): Promise<void> {
    const payload = { clientId: 'acme', kind: 'click' };
    try {
      const { total = 0 } = await actAsStaff(api, 'interaction.record', { ref, payload });
      ledger.push(total);
      for (const look of [...waiting]) look();
    } catch (error) {
      // Only a server that is gone is asked again: what it refuses is a fault.
      if (!(error instanceof TypeError)) throw error;
      cutOff++;
      await isUp();
      await publish(ref);
    }
  }

  async function lane() {
    while (!isOver) await publish(`ledger-${begun++}`);
  }
  const all = Promise.all(Array.from({ length: lanes }, lane));
  // Whoever waits for the publisher is told; a test that is over waits no more.
  all.catch(() => {});

  return {
    ledger: () => ledger,
    async untilAcknowledged(count) {
      const reached = new Promise<void>((resolve) => {
        const look = () => {
          if (ledger.length < count) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      });
      await Promise.race([reached, all]);
    },
    cutOff: () => cutOff,
    async stop() {
      isOver = true;
      await all;
      return ledger;
    },
  };
}
