/** A fault as the local stack takes it. */
export interface Fault {
  readonly op: string;
  readonly outcome: string;
  readonly count?: number;
  readonly probability?: number;
  readonly delayMs?: number;
}

/** What can fail, how, and in what words. */
export const kinds: Readonly<Record<string, { readonly what: string; readonly outcomes: Outcomes }>> = {
  post: {
    what: 'Posts to connections',
    outcomes: {
      drop: 'are lost, and no error says so',
      throttled: 'are refused: too many at once',
      gone: 'find the connection gone',
      'buffer-full': 'find the connection too slow',
      'error-after': 'fail after they were delivered',
    },
  },
  connect: {
    what: 'Handshakes',
    outcomes: { error: 'are refused with 500', slow: 'are slow' },
  },
  disconnect: {
    what: 'Disconnects',
    outcomes: {
      lost: 'are never told',
      double: 'are told twice',
      late: 'are told late',
      early: 'are told before the connect has ended',
    },
  },
  commit: {
    what: 'Commits',
    outcomes: {
      conflict: 'meet another one',
      throttled: 'are throttled',
      unknown: 'are written, and their answer is lost',
    },
  },
  deliver: {
    what: 'Work from the queue',
    outcomes: {
      double: 'comes twice',
      error: 'fails',
      reorder: 'comes out of order',
      poison: 'comes after a message that nobody understands',
    },
  },
  stream: {
    what: 'Batches of the table’s stream',
    outcomes: { double: 'come twice', error: 'fail' },
  },
};

type Outcomes = Readonly<Record<string, string>>;

/** Those that take a delay. */
export const isDelayed = (outcome: string): boolean => ['slow', 'late', 'reorder'].includes(outcome);

/** A fault in a sentence. */
export function faultText({ op, outcome, count, probability, delayMs }: Fault): string {
  const kind = kinds[op];
  const words = [`${kind?.what ?? op} ${kind?.outcomes[outcome] ?? outcome}`];
  if (isDelayed(outcome)) words.push(`by ${((delayMs ?? 1_000) / 1_000).toLocaleString('en')} s`);
  if (count !== undefined) words.push(`for the next ${count.toLocaleString('en')}`);
  else if (probability !== undefined) words.push(`with a chance of ${probability}`);
  else words.push('until it is cleared');
  return `${words.join(', ')}.`;
}
