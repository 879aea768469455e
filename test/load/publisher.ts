import type { StackAddresses } from '../support/localStack.ts';

/** What was acknowledged, by topic and number: `user:me` under its user's own name. */
export type Ledger = ReadonlyMap<string, ReadonlyMap<number, string>>;

export interface Publisher {
  readonly ledger: Ledger;
  readonly figures: { acknowledged: number; repeats: number };
  /** Publishes by HTTP under one `ref` until it is acknowledged, whatever comes in between. */
  publish(topic: string, action: string, request: (tag: string) => object): Promise<void>;
}

/** What several publishers had acknowledged. */
export function mergeLedgers(ledgers: readonly Ledger[]): Ledger {
  const all = new Map<string, Map<number, string>>();
  for (const ledger of ledgers)
    for (const [topic, events] of ledger) all.set(topic, new Map([...(all.get(topic) ?? []), ...events]));
  return all;
}

const pauseMs = { first: 200, max: 3_000 };

/**
 * @param name what the texts of its events begin with
 * @throws Error on an answer that no repeat can better.
 */
export function createPublisher(
  { httpUrl }: Pick<StackAddresses, 'httpUrl'>,
  token: string,
  name = 'event',
): Publisher {
  const ledger = new Map<string, Map<number, string>>();
  const figures = { acknowledged: 0, repeats: 0 };
  let published = 0;
  return {
    ledger,
    figures,
    async publish(topic, action, request) {
      const tag = `${name}-${published++}`;
      for (let pause = pauseMs.first; ; pause = Math.min(2 * pause, pauseMs.max)) {
        const answer = await post(`${httpUrl}/actions/${action}`, token, { ref: tag, ...request(tag) });
        if (answer?.type === 'ack') {
          const known = ledger.get(topic) ?? new Map<number, string>();
          ledger.set(topic, known.set(answer.payload.seq, tag));
          figures.acknowledged++;
          return;
        }
        if (answer?.type === 'error' && !answer.payload.retryable) {
          throw new Error(`${action} was refused: ${JSON.stringify(answer.payload)}`);
        }
        figures.repeats++;
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    },
  };
}

interface Answer {
  readonly type: string;
  readonly payload: { readonly seq: number; readonly retryable?: boolean };
}

async function post(url: string, token: string, body: object): Promise<Answer | undefined> {
  try {
    const headers = { authorization: `Bearer ${token}` };
    const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
    return (await answer.json()) as Answer;
  } catch {
    return undefined;
  }
}
