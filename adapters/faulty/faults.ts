/** The function dies just before, or just after, the operation. */
const death = ['crash-before', 'crash-after'] as const;

/**
 * What can fail, by kind of operation, and how, in words of AWS. The wrappers of this folder inject it around the
 * ports; what a stack of processes can have of it (`local/faults.ts`) it injects on the wire, or where AWS would
 * call a function. Those calls are the last four.
 */
export const faults = {
  /** `get`, `getTogether` and `query`. */
  read: ['throttled', 'slow', ...death],
  /** `double`: the SDK sent it twice because the first answer was lost, so its own condition may stand in its way, or what others wrote in between. */
  write: ['throttled', 'error-after', 'double', 'slow', ...death],
  /** A transaction. `unknown`: it was written, and no answer came; `unknown-before`: it was not. */
  commit: ['conflict', 'throttled', 'unknown', 'unknown-before', 'slow', ...death],
  /** `gone` says so of an open connection; `drop` says delivered, and nothing arrives. */
  post: ['gone', 'throttled', 'buffer-full', 'error', 'error-after', 'drop', 'slow', ...death],
  close: ['error', 'error-after', 'slow', ...death],
  probe: ['error', 'slow', ...death],
  /** `poison` puts a message beside the others that no consumer understands. */
  send: ['error', 'error-after', 'double', 'reorder', 'late', 'poison', ...death],
  /** To the event bus. */
  put: ['error', 'error-after', 'slow', ...death],
  /** `error`: the issuer's keys were never fetched, and are not to be had. */
  verify: ['error', 'slow', ...death],
  /** `slow` runs `$connect` and holds its answer back; `early` lets the client leave before it is over. */
  connect: ['error', 'slow', 'early'],
  /** `early`: before `$connect` has ended. */
  disconnect: ['lost', 'double', 'late', 'early'],
  /** A batch of a queue. */
  deliver: ['double', 'error', 'reorder', 'poison'],
  /** A batch of the table's stream: `error` hands it to nobody, and `double` to its function once more. */
  stream: ['error', 'double', 'late'],
} as const;

/** A kind of operation that can fail. */
export type Operation = keyof typeof faults;
export type FaultOf<O extends Operation> = (typeof faults)[O][number];
