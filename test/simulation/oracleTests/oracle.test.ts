import { expect, it } from 'vitest';
import type { Row } from '../../../core/ports.ts';
import { judge } from '../oracle/oracle.ts';
import { recorded } from './recorded.ts';
import { type Tampering, tamperingWith } from './tampering.ts';

const evidence = recorded('short');

const { found, withLine, lines: seen } = tamperingWith(evidence);

type Fields = Record<string, unknown>;

/** The first live event of somebody, as a line of the transcript. */
const live = seen.find(({ k, frame }) => k === 'got' && JSON.parse(String(frame)).seq !== undefined);

it('what really happened is in order', () => {
  const { violations, ...figures } = judge(evidence);
  expect(violations).toEqual([]);
  expect(figures).toMatchObject({ lost: 0, doubled: 0, misordered: 0, leaked: 0 });
  expect(figures.acknowledged).toBeGreaterThan(20);
});

it('an event that an application never got is lost', () => {
  expect(found(withLine('deliver', () => [], 1e9))).toContain('I1');
});

it('an event out of order, or given twice, is found', () => {
  expect(found(withLine('deliver', (line) => [line, line]))).toContain('I2');
  expect(found(withLine('deliver', (line) => [{ ...line, seq: Number(line.seq) + 1 }]))).toContain('I2');
});

it('an acknowledged change that is not in the table is found', () => {
  const log = evidence.atRest.findLast(({ pk }) => pk.startsWith('LOG#'));
  expect(found({ atRest: evidence.atRest.filter((row) => row !== log) })).toContain('I9');
  const ref = evidence.atRest.findLast(({ pk }) => pk.startsWith('REF#'));
  expect(found({ atRest: evidence.atRest.filter((row) => row !== ref) })).toContain('I10');
});

it('two events for one request are found', () => {
  const atRest = evidence.atRest.map((row) =>
    row.pk.startsWith('REF#') ? { ...row, log: { pk: 'LOG#x', sk: '1' } } : row,
  );
  expect(found({ atRest })).toContain('I3');
});

it('a frame that was never committed so is found', () => {
  const tampered = (line: Record<string, unknown>) => [
    { ...live, t: line.t, frame: String(live?.frame).replace(/"ts":\d+/, '"ts":1') },
    line,
  ];
  expect(found(withLine('rest', tampered))).toContain('I10');
});

it('a word of another tenant is found', () => {
  const frame = JSON.stringify({ type: 'ack', payload: { body: 'north|x south|x' } });
  expect(found(withLine('rest', (line) => [{ ...live, t: line.t, frame }, line]))).toContain('I4');
});

it('an event after the token’s end is found', () => {
  expect(found(withLine('end', (line) => [{ ...live, t: line.t }, line]))).toContain('I5');
});

it('one connection too many is found', () => {
  const more = (line: Record<string, unknown>) =>
    [1, 2, 3, 4, 5].map((n) => ({ ...line, conn: `${line.conn}${n}` }));
  expect(found(withLine('up', more))).toContain('I6');
});

it('what stays behind is found, a tombstone and a row whose TTL is over left aside, but for those of a lease', () => {
  const row = (more: object) => ({
    atEnd: [...evidence.atEnd, { pk: 'SUBS#north#tenant:-', sk: 'SUB#a#b', ...more }],
  });
  expect(found(row({ ttl: 9e9 }))).toContain('I7');
  expect(found(row({ ttl: 1 }))).toContain('I7');
  expect(found(row({ pk: 'EXPIRY#1', ttl: 1 }))).toEqual(new Set());
  expect(found(row({ pk: 'USER#north#a', sk: 'SLOT#0', connectionId: 'b', ttl: 1 }))).toContain('I7');
  const connection = (state: string) => ({
    atEnd: [...evidence.atEnd, { pk: 'CONN#x', sk: 'META', state, ttl: 9e9 }],
  });
  expect(found(connection('open'))).toContain('I7');
  expect(found(connection('closed'))).toEqual(new Set());
});

it('the batch window of all clients is nobody who stays behind, or is there', () => {
  const window = { pk: 'SUBS#north#clients:-', sk: 'WINDOW', by: 'x', from: 1, until: 2, open: true };
  const withIt = (rows: typeof evidence.atEnd) => [...rows, window];
  expect(found({ atRest: withIt(evidence.atRest), atEnd: withIt(evidence.atEnd) })).toEqual(new Set());
});

it('statistics that are not the count are found', () => {
  expect(found({ ...withLine('stats', (line) => [{ ...line, answer: { payload: {} } }]) })).toContain('I8');
});

it('a refusal that wrote, an unexpected error and a secret in a log are found', () => {
  const refused = evidence.lines
    .map((text) => JSON.parse(text))
    .find(({ k, frame }) => k === 'got' && JSON.parse(frame).payload?.code === 'validation_failed');
  const { ref } = JSON.parse(refused.frame);
  const lines = evidence.lines.map((text) => {
    const line = JSON.parse(text);
    return line.k === 'run' && line.ref === ref ? JSON.stringify({ ...line, writes: 1 }) : text;
  });
  expect(found({ lines })).toContain('I12');
  const report = (line: Record<string, unknown>) => [
    { ...line, k: 'report', error: 'TypeError: north|x' },
    line,
  ];
  expect(found(withLine('rest', report))).toEqual(new Set(['I13', 'I14']));
});

it('an event that was not sent live is found, though it was fetched later', () => {
  const lines = evidence.lines.filter((text) => {
    const { k, frame } = JSON.parse(text);
    return k !== 'got' || JSON.parse(frame).type !== 'interaction';
  });
  expect(found({ lines })).toEqual(new Set(['I1']));
});

it('a refusal that wrote is found by HTTP and whatever its code', () => {
  const http = seen.find(({ k, fn, ref }) => k === 'run' && fn === 'http' && ref);
  const run = { ...http, outcome: 'answered', refused: 'not_found', writes: 1 };
  expect(found(withLine('rest', (line) => [{ ...run, t: line.t }, line]))).toEqual(new Set(['I12']));
  const undecided = { ...run, refused: 'unavailable' };
  expect(found(withLine('rest', (line) => [{ ...undecided, t: line.t }, line]))).toEqual(new Set());
});

it('a function that failed is found unless a fault was injected, and where there are none always', () => {
  const failed = (severity: number, planned: boolean) => {
    const run = { k: 'run', fn: 'message', outcome: 'failed', error: 'ProtocolError: no', planned };
    const { lines = [] } = withLine('rest', (line) => [{ ...run, t: line.t }, line]);
    const [begin = '', ...rest] = lines;
    return found({ lines: [JSON.stringify({ ...JSON.parse(begin), severity }), ...rest] });
  };
  expect(failed(1, true)).toEqual(new Set());
  expect(failed(1, false)).toEqual(new Set(['I13']));
  expect(failed(0, true)).toEqual(new Set(['I13']));
});

/** The first acknowledgement of an action answered otherwise, and remembered so. */
function withAnswer(
  action: string,
  change: (answer: Fields) => object,
  { fits = (_: Fields): boolean => true, loses = '' } = {},
): Tampering {
  const asked = new Set(seen.flatMap(({ k, ref, action: of }) => (k === 'ask' && of === action ? ref : [])));
  const isAck = ({ k, frame }: Fields) => {
    const { type, ref, payload } = k === 'got' ? JSON.parse(String(frame)) : {};
    return type === 'ack' && asked.has(ref) && fits(payload);
  };
  const { ref } = JSON.parse(String(seen.find(isAck)?.frame));
  const lines = evidence.lines.map((text) => {
    const line = JSON.parse(text);
    const frame = isAck(line) ? JSON.parse(line.frame) : {};
    if (frame.ref !== ref) return text;
    return JSON.stringify({ ...line, frame: JSON.stringify({ ...frame, payload: change(frame.payload) }) });
  });
  const remembered = (row: Row) => {
    const { [loses]: _, ...kept } = row as Fields;
    return { ...kept, answer: change(row.answer as Fields) } as unknown as Row;
  };
  const isOfIt = ({ pk }: Row) => pk.startsWith('REF#') && pk.endsWith(`#${ref}`);
  return { lines, atRest: evidence.atRest.map((row) => (isOfIt(row) ? remembered(row) : row)) };
}

it('a change that is called done already, and was not, is found', () => {
  const already = ({ epoch: _, seq: __, ...answer }: Fields) => ({ ...answer, already: true });
  const fits = ({ seq }: Fields) => seq !== undefined;
  for (const action of ['message.send', 'alert.raise', 'alert.acknowledge']) {
    expect(found(withAnswer(action, already, { fits }))).toContain('I10');
  }
  expect(found(withAnswer('message.send', already, { loses: 'log' }))).toContain('I10');
  const ofAnother = (answer: Fields) => ({ ...already(answer), alertId: 'another' });
  for (const action of ['alert.raise', 'alert.acknowledge']) {
    expect(found(withAnswer(action, ofAnother, { loses: 'log' }))).toContain('I10');
  }
  const later = (answer: Fields) => ({ ...answer, seq: Number(answer.seq) + 1 });
  expect(found(withAnswer('alert.acknowledge', later, { fits }))).toContain('I10');
});

it('an alert that was acknowledged and was not open is found', () => {
  const atRest = evidence.atRest.map((row) => ({
    ...row,
    ...(row.frame !== undefined && { frame: String(row.frame).replace('"type":"alert"', '"type":"other"') }),
  }));
  expect(found({ atRest })).toContain('I3');
});

it('a topic that began anew without cause is found, and one whose head was taken away is not', () => {
  const log = evidence.atRest.find(({ pk }) => pk.startsWith('LOG#north#room:'));
  const [, , topic = '', epoch = ''] = String(log?.pk).split('#');
  const again = [...evidence.atRest, { ...log, pk: `LOG#north#${topic}#anew`, sk: String(log?.sk) }];
  expect(epoch).not.toBe('');
  expect(found({ atRest: again })).toContain('I11');
  const { lines = [] } = withLine('rest', (line) => [
    { t: line.t, k: 'swept', tenant: 'north', topic },
    line,
  ]);
  expect(found({ atRest: again, lines })).not.toContain('I11');
});

it('a refusal of what is allowed is found', () => {
  const sent = seen.find(({ k, action }) => k === 'ask' && action === 'message.send');
  const payload = { code: 'forbidden', message: 'no', retryable: false };
  const frame = JSON.stringify({ type: 'error', ref: sent?.ref, payload });
  const { t, d, conn } = sent ?? {};
  const refuse = (line: Fields) => [line, { t, k: 'got', d, conn, frame }];
  const at = evidence.lines.indexOf(JSON.stringify(sent));
  const lines = evidence.lines.toSpliced(at, 1, ...refuse(sent ?? {}).map((line) => JSON.stringify(line)));
  expect(found({ lines })).toEqual(new Set(['I12']));
});

it('how much each rule had to judge is told', () => {
  const { exercised } = judge(evidence);
  expect(exercised['live frames judged']).toBeGreaterThan(100);
  expect(exercised['alerts acknowledged']).toBeGreaterThan(0);
  expect(judge({ ...evidence, lines: evidence.lines.slice(0, 1) }).exercised['live frames judged']).toBe(0);
});
