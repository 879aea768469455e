import { useEffect, useRef, useState } from 'react';
import { timeOfDay } from '../data/timeText.ts';
import css from './Chart.module.css';
import { linePath, roundMax, timeScale } from './chartShape.ts';

export interface ChartLine {
  readonly name: string;
  /** The name of a colour of the theme. @default accent */
  readonly color?: 'accent' | 'good' | 'warn' | 'bad' | 'muted';
  readonly values: readonly (number | null)[];
  /** There is a value now and then: each is marked, and the line goes from one to the next. @default false */
  readonly isSparse?: boolean;
}

export interface ChartProps {
  /** What is drawn, for those who do not see it: the newest values belong to it. */
  readonly label: string;
  /** Milliseconds since 1970, one for each value. */
  readonly times: readonly number[];
  readonly lines: readonly ChartLine[];
  readonly height?: number;
  /** How a value is written at the axis. */
  readonly format?: (value: number) => string;
}

/** What is around the lines: values at the left, times below. */
const margin = { top: 8, right: 6, bottom: 20, left: 40 };
/** Of the lines, in turn: where one lies on another both are seen. */
const dashes = [undefined, '6 4', '2 3', '9 3 2 3'];
/** How much room a time has at its axis. */
const timePx = 52;

/** Lines over time. They move some times a minute: SVG draws them in the theme's own colours, and no library is needed. */
export function Chart({ label, times, lines, height = 120, format = String }: ChartProps) {
  const [place, width] = useWidth();
  const inside = { width: width - margin.left - margin.right, height: height - margin.top - margin.bottom };
  const high = lines.reduce(
    (max, { values }) => values.reduce<number>((a, b) => Math.max(a, b ?? 0), max),
    0,
  );
  const max = roundMax(high);
  const yOf = (value: number) => margin.top + inside.height * (1 - value / max);
  const scale = timeScale(times, margin.left, inside.width, timePx);
  const xOf = (index: number) => scale.xOf(times[index] ?? 0);
  return (
    <div ref={place} role="img" aria-label={label} className={css.chart} style={{ height }}>
      {width > 0 && (
        <svg width={width} height={height} aria-hidden="true">
          {[0, max / 2, max].map((value) => (
            <g key={value}>
              <line
                className={css.grid}
                x1={margin.left}
                x2={width - margin.right}
                y1={yOf(value)}
                y2={yOf(value)}
              />
              <text className={css.value} x={margin.left - 6} y={yOf(value) + 4}>
                {format(value)}
              </text>
            </g>
          ))}
          {scale.marks.map((at, mark) => (
            <text key={mark} className={css.time} x={scale.xOf(at)} y={height - 4}>
              {timeOfDay(at).slice(0, 5)}
            </text>
          ))}
          {lines.map(({ name, color = 'accent', values, isSparse = false }, at) => (
            <g key={name} style={{ color: `var(--chart-${color})` }}>
              <path
                className={css.line}
                strokeDasharray={dashes[at]}
                d={linePath(values, xOf, yOf, isSparse)}
              />
              {isSparse &&
                values.map(
                  (value, index) =>
                    value !== null && (
                      <circle key={index} className={css.point} cx={xOf(index)} cy={yOf(value)} r="2" />
                    ),
                )}
            </g>
          ))}
        </svg>
      )}
    </div>
  );
}

/** How wide a place is, also once it is another width. */
function useWidth() {
  const place = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const inside = place.current;
    if (!inside) return;
    const watch = new ResizeObserver(() => setWidth(inside.clientWidth));
    watch.observe(inside);
    return () => watch.disconnect();
  }, []);
  return [place, width] as const;
}
