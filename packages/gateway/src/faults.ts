/** What may go wrong at a post: 410 for a live connection; 429; delivered, then 500; 200 and never delivered. */
export type PostFault = 'gone' | 'throttled' | 'error-after' | 'drop';

/** What may go wrong at `$connect`: the integration fails, or it has run and its answer comes late. */
export type ConnectFault = { outcome: 'error' } | { outcome: 'slow'; delayMs: number };

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
