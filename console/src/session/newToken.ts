import { createValue, type Value } from '../base/value.ts';
import type { WantedToken } from './tokens.ts';

/** Everybody who waits for a new token, and what is told to whoever can bring one. */
export interface NewToken {
  readonly wanted: Value<WantedToken | undefined>;
  wait(why: string): Promise<string>;
  /** Is what all get who wait. */
  come(token: string): void;
}

export function createNewToken(): NewToken {
  const wanted = createValue<WantedToken | undefined>(undefined);
  let waiting: ((token: string) => void)[] = [];
  return {
    wanted,
    wait(why) {
      wanted.set({ why });
      return new Promise((resolve) => waiting.push(resolve));
    },
    come(token) {
      wanted.set(undefined);
      const all = waiting;
      waiting = [];
      for (const resolve of all) resolve(token);
    },
  };
}
