/** Counts of events. */
export interface Figures {
  interactions: number;
  updates: number;
  readonly byKind: Map<string, number>;
}

export const noFigures = (): Figures => ({ interactions: 0, updates: 0, byKind: new Map() });

export interface Period {
  /** The period of the request: whole days, UTC. */
  readonly from: string;
  readonly to: string;
  /** The part of it that is still stored: milliseconds since 1970, UTC. */
  readonly coveredFrom: number;
  readonly coveredTo: number;
  readonly complete: boolean;
}

export interface ReportedClient {
  readonly clientId: string;
  readonly figures: Figures;
  readonly status: string | null;
  readonly score: number | null;
}

/** The result is sent in one frame, which also holds other fields. */
const maxBytes = 24_000;
const maxKinds = 20;

/** The report as JSON, which includes the same figures as CSV. Clients without events are only counted. */
export function writeReport(
  period: Period,
  clients: readonly ReportedClient[],
  days: ReadonlyMap<string, Figures>,
): object {
  const active = clients
    .filter(({ figures }) => figures.interactions + figures.updates > 0)
    .sort((a, b) => b.figures.interactions - a.figures.interactions || (a.clientId < b.clientId ? -1 : 1));
  for (let shown = active.length; ; shown = Math.floor(shown * 0.8)) {
    const report = reportOf(period, clients.length, active, shown, days);
    if (shown === 0 || Buffer.byteLength(JSON.stringify(report)) <= maxBytes) return report;
  }
}

function reportOf(
  period: Period,
  known: number,
  active: readonly ReportedClient[],
  shown: number,
  byDay: ReadonlyMap<string, Figures>,
): object {
  const total = sum(active.map(({ figures }) => figures));
  const clients = active.slice(0, shown).map(({ clientId, status, score, figures }) => ({
    clientId,
    status,
    score,
    ...inWords(figures),
  }));
  const days = [...byDay]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([date, { interactions, updates }]) => ({ date, interactions, updates }));
  return {
    period: { from: period.from, to: period.to },
    covers: {
      from: new Date(period.coveredFrom).toISOString(),
      to: new Date(period.coveredTo).toISOString(),
      complete: period.complete,
      ...(!period.complete && { note: 'The period begins before what is still stored.' }),
    },
    totals: { ...inWords(total), clients: { active: active.length, quiet: known - active.length } },
    clients,
    days,
    csv: asCsv(total, clients, days),
    ...(shown < active.length && {
      shortened: { clientsLeftOut: active.length - shown, note: 'The least active clients were left out.' },
    }),
  };
}

function sum(all: readonly Figures[]): Figures {
  const total = noFigures();
  for (const { interactions, updates, byKind } of all) {
    total.interactions += interactions;
    total.updates += updates;
    for (const [kind, count] of byKind) total.byKind.set(kind, (total.byKind.get(kind) ?? 0) + count);
  }
  return total;
}

/** Clients choose the names of kinds, so only the most frequent are listed. */
function inWords({ interactions, updates, byKind }: Figures) {
  const kinds = [...byKind].sort(([, a], [, b]) => b - a);
  const rest = kinds.slice(maxKinds);
  return {
    interactions,
    updates,
    byKind: Object.fromEntries(kinds.slice(0, maxKinds)),
    ...(rest.length > 0 && { otherKinds: rest.reduce((all, [, count]) => all + count, 0) }),
  };
}

interface Line {
  readonly interactions: number;
  readonly updates: number;
}

/** Ids and dates have no character that CSV must quote. */
function asCsv(
  total: Line,
  clients: readonly (Line & { clientId: string })[],
  days: readonly (Line & { date: string })[],
): string {
  const line = (scope: string, name: string, { interactions, updates }: Line) =>
    [scope, name, interactions, updates].join(',');
  return [
    'scope,name,interactions,updates',
    line('total', '', total),
    ...clients.map((client) => line('client', client.clientId, client)),
    ...days.map((day) => line('day', day.date, day)),
  ].join('\n');
}
