import { adviceOn } from './advice.ts';
import type { Estimate, Sent } from './estimate.ts';
import { type Figures, figures, isFigure } from './figures.ts';
import { count, duration, usd } from './format.ts';
import type { Bill } from './use.ts';

type Line = readonly [what: string, single: string, batched: string];

const parts: readonly (readonly [keyof Bill, string])[] = [
  ['messages', 'messages'],
  ['minutes', 'connection minutes'],
  ['writes', 'DynamoDB, writes'],
  ['reads', 'DynamoDB, reads'],
  ['lambda', 'Lambda'],
  ['queue', 'SQS'],
  ['total', 'in all'],
];
const bounds = {
  quota: 'the quota of requests',
  functions: 'the delivery functions',
  audience: 'reading the audience',
};

const both = ({ single, batched }: Estimate, of: (sent: Sent) => string): readonly [string, string] => [
  of(single),
  of(batched),
];

/** An estimate to read. */
export function reportOf(made: Estimate, at: Figures): string {
  const { connections, events, receivers, together, bytes, hours } = made.workload;
  const ofQuota = ({ requests }: Sent) => `${count((100 * requests) / at.requests)} %`;
  const lines = [
    `${count(connections)} connections, ${count(hours)} hours a day. Each causes ${count(events)} events a minute, for ${count(receivers)} others each; ${count(together)} in a change, ${count(bytes)} bytes each.`,
    'A model: list prices of us-east-1, no free tier, no logs, storage or traffic. --figures tells what it is made of.',
    '',
    ...aligned([
      ['a month', 'single', 'in batches'],
      ...parts.map(([part, name]): Line => [`  ${name}`, ...both(made, ({ month }) => usd(month[part]))]),
      ['one event', ...both(made, ({ event }) => usd(event.total))],
      ['an hour', ...both(made, ({ hour }) => usd(hour.usd))],
      ['  messages', ...both(made, ({ hour }) => count(hour.messages))],
      ['requests a second', ...both(made, ({ requests }) => count(requests))],
      ['  of the quota', ...both(made, ofQuota)],
      ['a change to all', ...both(made, (sent) => usd(sent.broadcast.usd))],
      ['  takes', ...both(made, (sent) => duration(sent.broadcast.seconds))],
    ]),
    `  bound by ${bounds[made.batched.broadcast.bound]}`,
    '',
    `All lost, and back again: ${duration(made.storm.seconds)}, ${usd(made.storm.usd)}`,
    `A connection without events: ${usd(made.quiet.total)} a month, of it ${usd(made.quiet.minutes)} to be open: it asks sync each minute`,
    `Nobody there: ${usd(made.empty.total)} a month, which is in the sum`,
    '',
    ...adviceOn(made, at),
  ];
  return lines.join('\n');
}

function aligned(lines: readonly Line[]): string[] {
  const width = (column: 0 | 1 | 2) => Math.max(...lines.map((line) => line[column].length));
  return lines.map(([what, single, batched]) =>
    [what.padEnd(width(0)), single.padStart(width(1)), batched.padStart(width(2))].join('   '),
  );
}

/** What the model is made of, each with where it is from. */
export const figuresReport = (at: Figures): string =>
  Object.entries(at)
    .flatMap(([name, value]) => {
      if (!isFigure(name)) return [];
      const { value: listed, what, from, quotedOn } = figures[name];
      const source =
        value === listed
          ? `${from}${quotedOn ? `, as others quoted it on ${quotedOn}` : ''}`
          : 'given by --set';
      return [`${name}=${value}`, `  ${what}`, `  ${source}`];
    })
    .join('\n');
