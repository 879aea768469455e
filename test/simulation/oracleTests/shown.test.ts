import { expect, it } from 'vitest';
import { recorded } from './recorded.ts';
import { tamperingWith } from './tampering.ts';

const evidence = recorded('short');
const { withLine, withFrame, lines, whatIsWrong } = tamperingWith(evidence);
const asked = new Map(lines.filter(({ k }) => k === 'ask').map((line) => [`${line.d} ${line.ref}`, line]));

const actionOf = (line: Record<string, unknown>, frame: Record<string, unknown>) =>
  asked.get(`${line.d} ${frame.ref}`)?.action;
const codeOf = ({ payload }: Record<string, unknown>) => (payload as { code?: string } | undefined)?.code;

it('what really happened is in order', () => {
  expect(whatIsWrong({})).toBe('');
});

it('an answer about a topic that somebody may not follow is found', () => {
  const shown = withFrame(
    (frame, line) => codeOf(frame) === 'forbidden' && actionOf(line, frame) === 'subscribe',
    ({ ref }) => ({ type: 'subscribed', ref, payload: { epoch: 'e', seq: 0, recovered: false } }),
  );
  expect(whatIsWrong(shown)).toMatch(/I4 d\d+ was answered about (msp|client:|queue:|orders:)/);
});

it('an intent that was done twice, under two refs, is found', () => {
  const row = evidence.atRest.find(({ frame }) => JSON.parse(String(frame ?? '{}')).type === 'room.message');
  const event = JSON.parse(String(row?.frame));
  const again = { ...row, pk: `${row?.pk}2`, sk: '1', frame: JSON.stringify({ ...event, id: 'again' }) };
  expect(whatIsWrong({ atRest: [...evidence.atRest, again as never] })).toMatch(
    /I3 .* was said in .* and in/,
  );
});

it('a page that shows nothing of what it follows is found', () => {
  const blank = withLine('rest', (line) => [
    {
      ...line,
      devices: (line.devices as object[]).map((one) => ('shown' in one ? { ...one, shown: [] } : one)),
    },
  ]);
  expect(whatIsWrong(blank)).toMatch(/I1 d\d+ shows of client:c\d nothing/);
});

it('an alert that is kept from whom it was raised to is found', () => {
  const hidden = withFrame(
    (frame, line) => frame.type === 'ack' && actionOf(line, frame) === 'alert.acknowledge',
    ({ ref }) => ({ type: 'error', ref, payload: { code: 'not_found', message: '', retryable: false } }),
  );
  expect(whatIsWrong(hidden)).toMatch(/I12 .* was told that there is no .*, which is theirs/);
});

it('a word in a room that its device never asked to enter is found', () => {
  const acknowledged = new Set(
    lines.flatMap(({ k, d, frame }) =>
      k === 'got' && JSON.parse(String(frame)).type === 'ack'
        ? [`${d} ${JSON.parse(String(frame)).ref}`]
        : [],
    ),
  );
  const said = lines.findIndex(
    ({ k, action, conn, d, ref }) =>
      k === 'ask' && action === 'room.send' && conn !== undefined && acknowledged.has(`${d} ${ref}`),
  );
  const elsewhere = JSON.stringify({ ...lines[said], topic: 'room:r9' });
  expect(whatIsWrong({ lines: evidence.lines.toSpliced(said, 1, elsewhere) })).toMatch(
    /I17 .* may not do room.send/,
  );
});

it('a slot that a failed connect could have given back, and did not, is found', () => {
  const opened = lines.findIndex(
    ({ k, fn, outcome }) => k === 'run' && fn === 'connect' && outcome === 'answered',
  );
  const { conn, ...run } = lines[opened] ?? {};
  const failed = JSON.stringify({ ...run, conn, outcome: 'failed', planned: true });
  const slot = { pk: 'USER#north#nobody', sk: 'SLOT#0', connectionId: conn, ttl: 1 };
  const tampering = {
    lines: evidence.lines.toSpliced(opened, 1, failed),
    atEnd: [...evidence.atEnd, slot as never],
  };
  expect(whatIsWrong(tampering)).toContain('I7 USER#north#nobody SLOT#0 is still there');
});
