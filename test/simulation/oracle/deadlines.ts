import type { Case, Line } from './evidence.ts';

/** By when a connection must be closed whose token was over at that time. */
export type Deadlines = (conn: string, exp: number) => number;

/** What is promised. */
const expiryMs = 90_000;
/** A frame that was sent before the close is on its way for so long. */
const onTheWayMs = 200;
/** So late at most: where faults are the rule nearly every run of the reaper dies on one, and each ends some connections. */
const latestMs = 15 * 60_000;

interface Run {
  readonly began: number;
  readonly ended: number;
  readonly ok: boolean;
  readonly faults: readonly Line[];
}

/**
 * 90 s after its token's end, and by how much a clock is off. The reaper runs each minute, so only a run that a fault
 * ended, or one that kept it from this very connection's row or socket, may make it later; then it is the end of the
 * first run that had no such excuse. What befell others in that run is none, nor is what only takes time, is done
 * all the same, or keeps from the connection the word why it is closed.
 */
export function readDeadlines({ lines, begin }: Case): Deadlines {
  const maxSkewMs = Number(begin.maxSkewMs);
  const faults = lines.filter(({ k, by }) => k === 'fault' && by === 'reap');
  const runs = lines
    .filter(({ k }) => k === 'reaper')
    .map(({ t, began, ok }): Run => {
      const during = faults.filter((fault) => fault.t >= Number(began) && fault.t <= t);
      return { began: Number(began), ended: t, ok: ok === true, faults: during };
    });
  return (conn, exp) => {
    const own = new Set<unknown>([conn, `CONN#${encodeURIComponent(conn)}`]);
    const first = runs.find((run) => run.began >= exp + maxSkewMs && !isExcused(run, own));
    const ended = (first?.ended ?? Number.POSITIVE_INFINITY) + onTheWayMs;
    // Whose end nobody could bring, because the schedules first ran hours late, is ended then.
    const from = Math.max(exp, begin.lateMinutes ? (runs[0]?.began ?? exp) : exp);
    return Math.max(exp + expiryMs + maxSkewMs, Math.min(ended, from + latestMs));
  };
}

const isExcused = ({ ok, faults }: Run, own: ReadonlySet<unknown>) =>
  ok ? faults.some((fault) => own.has(fault.on) && isInTheWay(fault)) : faults.some(endsARun);

const isInTheWay = ({ op, fault }: Line) => op !== 'post' && /^(throttle|error)/.test(String(fault));

/** Where it has got to, and whom it is to look at, every run has to read. */
const endsARun = (line: Line) =>
  /^crash/.test(String(line.fault)) || (isInTheWay(line) && /^(REAPER|EXPIRY)/.test(String(line.on)));
