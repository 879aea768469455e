import { useCallback, useState } from 'react';

/** Something that is asked of the local stack by a button: whether it is under way, and what became of it. */
export interface LocalTask {
  readonly isBusy: boolean;
  /** What there is to say of it: what was done, or why not. */
  readonly said: { readonly text: string; readonly isBad: boolean } | undefined;
  /** @param ask answers what to say of it */
  run(ask: () => Promise<string>): Promise<void>;
}

export function useLocal(): LocalTask {
  const [isBusy, setBusy] = useState(false);
  const [said, setSaid] = useState<LocalTask['said']>();
  const run = useCallback(async (ask: () => Promise<string>) => {
    setBusy(true);
    try {
      setSaid({ text: await ask(), isBad: false });
    } catch (error) {
      setSaid({ text: error instanceof Error ? error.message : String(error), isBad: true });
    } finally {
      setBusy(false);
    }
  }, []);
  return { isBusy, said, run };
}
