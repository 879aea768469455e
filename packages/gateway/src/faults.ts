/**
 * What may go wrong at a post: 410 for a live connection; 429 for the rate, or for a client that does not read;
 * delivered, then 500; 200 and never delivered.
 */
export type PostFault = 'gone' | 'throttled' | 'buffer-full' | 'error-after' | 'drop';

/**
 * What may go wrong at `$connect`: the integration fails; it has run and its answer comes late; or the client leaves
 * at once, and its `$disconnect` has run before its `$connect`.
 */
export type ConnectFault = { outcome: 'error' } | { outcome: 'slow'; delayMs: number } | { outcome: 'early' };

/** AWS calls `$disconnect` best effort: it may be lost, run twice, or run late. */
export type DisconnectFault =
  | { outcome: 'lost' }
  | { outcome: 'double' }
  | { outcome: 'late'; delayMs: number };

/** Hooks that are asked each time; `undefined` means that nothing goes wrong. */
export interface Faults {
  post?(connectionId: string): PostFault | undefined;
  connect?(): ConnectFault | undefined;
  disconnect?(): DisconnectFault | undefined;
}
