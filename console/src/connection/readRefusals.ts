import { askLocal } from '../session/askLocal.ts';

/** A handshake that the local stack refused, in its own words, which no browser is told. */
export interface Refusal {
  /** By the clock of the stack's machine. */
  readonly at: number;
  readonly status: number;
  /** Which of its checks refused it. */
  readonly check: string;
  readonly why: string;
}

/** The newest first, of anybody. */
export async function readRefusals(signal?: AbortSignal): Promise<readonly Refusal[]> {
  const { refusals } = await askLocal<{ readonly refusals: readonly Refusal[] }>(
    '/refusals',
    signal && { signal },
  );
  return refusals;
}
