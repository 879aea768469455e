import type { ChartLine } from '../ui/live/Chart.tsx';
import type { Hour, Step } from './hour.ts';

/** A line of a chart, with what its legend says. */
export interface FigureLine extends ChartLine {
  readonly name: string;
  readonly newest: string;
}

/** A figure: one number, and how it came to that. */
export interface Figure {
  readonly title: string;
  readonly value: string;
  /** What the number counts. */
  readonly unit: string;
  readonly isBad?: boolean;
  readonly lines: readonly FigureLine[];
  /** What there is to say where there are no lines. */
  readonly none?: string;
}

export interface Figures {
  readonly times: readonly number[];
  readonly figures: readonly Figure[];
}

export const spans = { '5 minutes': 300_000, '15 minutes': 900_000, hour: 3_600_000 } as const;
export type Span = keyof typeof spans;

const unknown = '–';
type Color = NonNullable<ChartLine['color']>;
type Read = (step: Step) => number | undefined;

/** As many digits as somebody takes in at a glance. */
export const numberText = (value: number): string =>
  value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 1 : 0 });

/** What the overview shows of an hour: as much of it as the span. */
export function figuresOf({ stepMs, steps, current }: Hour, span: Span, engine: string): Figures {
  const end = steps.at(-1)?.at ?? current?.at ?? 0;
  const shown = steps.filter(({ at }) => at > end - spans[span]);
  const first = shown[0]?.at ?? end;
  // The span is as wide where the stack has run for less: what comes does not push what is there together.
  const before = end > 0 && first - stepMs > end - spans[span] ? [end - spans[span], first - stepMs] : [];
  const line = (name: string, color: Color, read: Read, isSparse = false): FigureLine => {
    const values = shown.map((step) => read(step) ?? null);
    const last = isSparse ? values.findLast((one) => one !== null) : values.at(-1);
    return {
      name,
      color,
      isSparse,
      values: [...before.map(() => null), ...values],
      newest: last == null ? unknown : numberText(last),
    };
  };
  const rate =
    (read: Read): Read =>
    (step) => {
      const count = read(step);
      return count === undefined ? undefined : (count * 1_000) / stepMs;
    };
  const all = current ? [...shown, current] : shown;
  const sum = (read: Read) => numberOr(added(all.map((step) => read(step) ?? 0)));
  const counted = (name: string, color: Color, read: Read): FigureLine => ({
    ...line(name, color, read),
    newest: sum(read),
  });
  const newest = shown.at(-1);
  const now = (read: Read) => numberOr(current && read(current));
  const perSecond = (...reads: readonly Read[]) =>
    numberOr(newest && added(reads.map((read) => rate(read)(newest))));

  const roles = topNames(shown, (step) => step.openByRole, current);
  const reasons = topNames(shown, refusalsOf, current);
  const lastPost = shown.findLast(({ postMs }) => postMs)?.postMs ?? current?.postMs;
  const figures: Figure[] = [
    {
      title: 'Open connections',
      value: now(({ openConnections }) => openConnections),
      unit: 'now, by role',
      none: 'Nobody is connected.',
      lines: roles.map((role, at) => ({
        ...line(role, roleColors[at] ?? 'muted', ({ openByRole }) => openByRole[role] ?? 0),
        newest: now(({ openByRole }) => openByRole[role] ?? 0),
      })),
    },
    {
      title: 'Frames',
      value: perSecond(framesIn, framesOut),
      unit: 'a second',
      lines: [line('In', 'accent', rate(framesIn)), line('Out', 'good', rate(framesOut))],
    },
    {
      title: 'Requests and posts',
      value: perSecond(({ requests }) => requests),
      unit: 'requests a second',
      lines: [
        line(
          'Requests',
          'accent',
          rate(({ requests }) => requests),
        ),
        line(
          'Posts',
          'good',
          rate(({ delivered }) => delivered),
        ),
        line(
          'Connects',
          'muted',
          rate(({ connects }) => connects),
        ),
      ],
    },
    {
      title: 'Publish to delivered',
      value: numberOr(lastPost?.p95),
      unit: 'ms, p95',
      lines: [
        line('p50', 'good', ({ postMs }) => postMs?.p50, true),
        line('p95', 'accent', ({ postMs }) => postMs?.p95, true),
        line('p99', 'warn', ({ postMs }) => postMs?.p99, true),
      ],
    },
    {
      title: 'Refusals',
      value: sum((step) => added(Object.values(refusalsOf(step)))),
      unit: `in the last ${span}`,
      none: 'Nothing was refused.',
      lines: reasons.map((reason, at) =>
        counted(reason, reasonColors[at] ?? 'muted', (step) => refusalsOf(step)[reason] ?? 0),
      ),
    },
    {
      title: 'Behind and gone',
      value: sum(({ gone, behind }) => gone + behind),
      unit: `posts in the last ${span}`,
      lines: [
        counted('Behind', 'warn', ({ behind }) => behind),
        counted('Gone', 'muted', ({ gone }) => gone),
      ],
    },
    {
      title: 'Database units',
      value: perSecond(
        ({ readUnits }) => readUnits,
        ({ writeUnits }) => writeUnits,
      ),
      unit: 'a second',
      none: engine === 'memory' ? 'Not counted with --memory.' : 'Counted from the next step on.',
      lines:
        newest && newest.readUnits === undefined
          ? []
          : [
              line(
                'Read',
                'accent',
                rate(({ readUnits }) => readUnits),
              ),
              line(
                'Write',
                'warn',
                rate(({ writeUnits }) => writeUnits),
              ),
            ],
    },
    {
      title: 'Dead letters',
      value: now(({ deadLetters }) => deadLetters),
      unit: 'in the queues now',
      isBad: (current?.deadLetters ?? 0) > 0,
      lines: [line('Letters', 'bad', ({ deadLetters }) => deadLetters)],
    },
  ];
  return {
    times: [...before, ...shown.map(({ at }) => at)],
    // What there is none of, nobody knows before the first answer.
    figures: end > 0 ? figures : figures.map(({ none: _, ...figure }) => figure),
  };
}

const framesIn: Read = (step) => step.framesIn;
const framesOut: Read = (step) => step.framesOut;
const roleColors: readonly Color[] = ['accent', 'good', 'warn', 'muted'];
const reasonColors: readonly Color[] = ['bad', 'warn', 'accent', 'muted'];

const numberOr = (value: number | undefined) => (value === undefined ? unknown : numberText(value));

/** Nothing where nothing is known of any. */
function added(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((one) => one !== undefined);
  return known.length === 0 ? undefined : known.reduce((one, other) => one + other, 0);
}

/** By the error's code, or the check of the handshake that failed. */
const refusalsOf = ({ refusedHandshakes, refusedRequests }: Step): Readonly<Record<string, number>> => ({
  ...refusedRequests,
  ...Object.fromEntries(Object.entries(refusedHandshakes).map(([check, n]) => [`handshake: ${check}`, n])),
});

/** So many have a line, and a place in the legend. */
const maxNames = 4;

/** Those that count most, in the order of their names: a colour is kept while they are the same. */
function topNames(
  steps: readonly Step[],
  read: (step: Step) => Readonly<Record<string, number>>,
  current: Step | undefined,
): readonly string[] {
  const totals = new Map<string, number>();
  for (const step of current ? [...steps, current] : steps) {
    for (const [name, count] of Object.entries(read(step))) totals.set(name, (totals.get(name) ?? 0) + count);
  }
  const most = [...totals].sort(([, one], [, other]) => other - one).slice(0, maxNames);
  return most.map(([name]) => name).sort();
}
