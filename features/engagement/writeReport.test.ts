import { expect, test } from 'vitest';
import { noFigures, writeReport } from './writeReport.ts';

const period = {
  from: '2026-01-01',
  to: '2026-01-02',
  coveredFrom: Date.UTC(2026, 0, 1),
  coveredTo: Date.UTC(2026, 0, 3),
  complete: true,
};
const client = (clientId: string, interactions: number, kinds = 1) => ({
  clientId,
  status: null,
  score: null,
  figures: {
    interactions,
    updates: 0,
    byKind: new Map(Array.from({ length: kinds }, (_, n) => [`kind-${n}`, 1] as const)),
  },
});

test('a report too large for a frame leaves out the least active clients, and says so', () => {
  const clients = Array.from({ length: 400 }, (_, n) => client(`client-${n}`, n + 1));
  const report = writeReport(period, clients, new Map()) as {
    clients: { clientId: string }[];
    totals: object;
    shortened: { clientsLeftOut: number };
  };
  expect(Buffer.byteLength(JSON.stringify(report))).toBeLessThanOrEqual(24_000);
  expect(report.clients[0]?.clientId).toBe('client-399');
  expect(report.shortened.clientsLeftOut).toBe(400 - report.clients.length);
  expect(report.totals).toMatchObject({ interactions: 80_200, clients: { active: 400, quiet: 0 } });
});

test('kinds beyond the twenty most frequent are summed', () => {
  const [first] = (writeReport(period, [client('a', 30, 30)], new Map()) as { clients: object[] }).clients;
  expect(first).toMatchObject({ otherKinds: 10 });
});

test('a client that nothing happened with is only counted, and a cut period says that it is', () => {
  const report = writeReport(
    { ...period, complete: false },
    [client('quiet', 0)],
    new Map([['2026-01-01', noFigures()]]),
  );
  expect(report).toMatchObject({
    clients: [],
    totals: { clients: { active: 0, quiet: 1 } },
    covers: { from: '2026-01-01T00:00:00.000Z', complete: false, note: expect.any(String) },
  });
});
