import { expect, it } from 'vitest';
import { judge } from '../oracle/oracle.ts';
import { recorded } from './recorded.ts';
import { tamperingWith } from './tampering.ts';

const evidence = recorded('short');
const { found } = tamperingWith(evidence);

type Fields = Record<string, unknown>;
type Client = Fields & { readonly interactions: number };

const results = evidence.atEnd.filter(({ frame }) => {
  const { type, payload } = JSON.parse(String(frame ?? '{}')) as Fields;
  const { kind, status, output } = (payload ?? {}) as Fields;
  return type === 'job.result' && kind === 'engagement.report' && status === 'done' && hasClients(output);
});
const row = results.at(-1);
const event = JSON.parse(String(row?.frame)) as Fields & { payload: Fields };
const output = event.payload.output as Fields & { totals: Fields; clients: Client[]; csv: string };

function hasClients(output: unknown): boolean {
  return (output as { clients: Client[] }).clients.some(({ interactions }) => interactions > 0);
}

/** A report that says something else, wherever it is told and stored. */
function reporting(change: Fields) {
  const old = String(row?.frame);
  const changed = { ...output, ...change };
  const frame = JSON.stringify({ ...event, payload: { ...event.payload, output: changed } });
  const inText = (text: string) =>
    text.replace(JSON.stringify(old).slice(1, -1), JSON.stringify(frame).slice(1, -1));
  const inRow = <R extends Fields>(one: R): R => {
    if (one.frame === old) return { ...one, frame };
    const isItsJob = String(one.pk).startsWith('JOB#') && String(one.pk).endsWith(`#${event.payload.jobId}`);
    return isItsJob ? { ...one, output: changed } : one;
  };
  const withoutAnswers = evidence.lines.filter((text) => !text.includes('"action":"job.get"'));
  return {
    lines: withoutAnswers.map(inText),
    atRest: evidence.atRest.map((one) => inRow(one)),
    atEnd: evidence.atEnd.map((one) => inRow(one)),
  };
}

const [busiest, ...others] = output.clients;
const more = (one: Fields | undefined) => ({ ...one, interactions: Number(one?.interactions) + 1 });

it('what really happened is in order, told in whatever way', () => {
  const { violations, exercised } = judge(evidence);
  expect(violations).toEqual([]);
  expect(exercised['reports judged']).toBeGreaterThan(0);
  expect(found(reporting({}))).toEqual(new Set());
});

it.each<[string, Fields]>([
  ['counts one more', { totals: more(output.totals) }],
  ['counts one more of a client', { clients: [more(busiest), ...others] }],
  ['leaves a client out', { clients: others }],
  ['knows a client that is not there', { clients: [...output.clients, { ...busiest, clientId: 'c9' }] }],
  ['has another state', { clients: [{ ...busiest, status: 'lost' }, ...others] }],
  ['has another day', { days: [{ date: '2023-11-13', interactions: 1, updates: 0 }] }],
  ['says otherwise in its CSV', { csv: `${output.csv}0` }],
  ['is of another period', { period: { from: '2023-11-01', to: '2023-11-14' } }],
  [
    'says otherwise whether it is complete',
    { covers: { ...(output.covers as Fields), complete: !(output.covers as Fields).complete } },
  ],
  [
    'covers what is over for long',
    { covers: { ...(output.covers as Fields), to: '2023-11-14T22:13:20.000Z' } },
  ],
  ['leaves out for want of room', { shortened: { clientsLeftOut: 1 } }],
])('a report that %s is found', (_, change) => {
  expect(found(reporting(change))).toEqual(new Set(['I16']));
});
