import { expect, it } from 'vitest';
import { judge } from '../oracle/oracle.ts';
import { recorded } from './recorded.ts';
import { tamperingWith } from './tampering.ts';

const evidence = recorded('short');
const { withLine, lines, whatIsWrong } = tamperingWith(evidence);

/** A page has one word with the client about all of its topics. */
const isPage = (device: unknown) => Number(String(device).slice(1)) % 2 === 1;
const begun = lines.find(
  ({ k, d, topic }) => k === 'reset' && isPage(d) && String(topic).startsWith('room:'),
);

it('pages with the shipped client take part, and are judged by what they show', () => {
  const { exercised, violations } = judge(evidence);
  expect(violations).toEqual([]);
  expect(exercised['topics judged by what a page shows']).toBeGreaterThan(10);
  expect(begun).toBeDefined();
});

it('a place to begin at that nobody named is found', () => {
  const elsewhere = { ...begun, epoch: 'another' };
  expect(whatIsWrong(withLine('hush', (line) => [{ ...elsewhere, t: line.t }, line]))).toContain(
    'which nobody had told it',
  );
});

it('a device that begins anew where events would have led to is found', () => {
  const late = [
    { ...begun, t: 0 },
    { ...begun, t: 0 },
  ];
  expect(whatIsWrong(withLine('hush', (line) => [...late, line]))).toContain(
    'which its events would have led to',
  );
});

it('a device that gave a topic up may begin anew', () => {
  const { d, topic } = begun ?? {};
  const forgot = { k: 'forgot', t: 0, d, topic };
  expect(whatIsWrong(withLine('hush', (line) => [forgot, { ...begun, t: 0 }, line]))).not.toContain(
    'which its events would have led to',
  );
});

it('a page that shows something else than the log adds up to is found', () => {
  const changed = withLine('rest', (line) => {
    const devices = (line.devices as { shown?: { snapshot?: { unread?: number } }[] }[]).map((device) => ({
      ...device,
      shown: device.shown?.map((one) =>
        one.snapshot?.unread === undefined ? one : { ...one, snapshot: { unread: one.snapshot.unread + 1 } },
      ),
    }));
    return [{ ...line, devices }];
  });
  expect(whatIsWrong(changed)).toContain('shows of user:me a snapshot');
});

it('a device that gets a resync and does not ask is found', () => {
  const heard = lines.findLast(({ k, d }) => k === 'got' && isPage(d));
  const frame = JSON.stringify({ type: 'resync', topic: 'tenant', payload: { epoch: 'e', seq: 9 } });
  const late = (line: { t?: unknown }) => [{ ...heard, frame, t: Number(line.t) - 20_000 }, line];
  expect(whatIsWrong(withLine('rest', late))).toContain('told to resync tenant, and did not ask');
});

it('a page that comes back to another place than it had is found', () => {
  const kept = recorded('pages');
  const { withLine: withKept, lines: all, whatIsWrong: wrongOfKept } = tamperingWith(kept);
  expect(all.some(({ k }) => k === 'restored')).toBe(true);
  const wrongWith = (change: (line: Record<string, unknown>) => object[]) =>
    wrongOfKept(withKept('restored', change, 0));
  for (const by of [-1, 1]) {
    expect(wrongWith((line) => [{ ...line, seq: Number(line.seq) + by }])).toContain('kept, where');
  }
  expect(wrongWith(() => [])).toContain('was to be kept');
});
