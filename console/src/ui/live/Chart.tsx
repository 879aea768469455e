import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from 'react';
import { timeOfDay } from '../data/timeText.ts';
import css from './Chart.module.css';
import { linePath, nearestTo, roundMax, timeScale } from './chartShape.ts';

export interface ChartLine {
  readonly name: string;
  /** The name of a colour of the theme. @default accent */
  readonly color?: 'accent' | 'good' | 'warn' | 'bad' | 'muted';
  readonly values: readonly (number | null)[];
  /** There is a value now and then: each is marked, and the line goes from one to the next. @default false */
  readonly isSparse?: boolean;
}

export interface ChartProps {
  /** What it is of, in a word or two. */
  readonly name: string;
  /** What is drawn, for those who do not see it: the newest values belong to it. */
  readonly label: string;
  /** Milliseconds since 1970, one for each value. */
  readonly times: readonly number[];
  readonly lines: readonly ChartLine[];
  readonly height?: number;
  /** How a value is written. */
  readonly format?: (value: number) => string;
  /** The place of the moment that is pointed at. @default none */
  readonly place?: number;
  /** Somebody points at a moment, by pointer or by keys, or at none any more. */
  onPlace(place: number | undefined): void;
}

/** A value as it is read out; there may be none at a moment. */
export const valueText = (value: number | null | undefined, format: (value: number) => string): string =>
  value == null ? '–' : format(value);

/** What is around the lines: values at the left, times below. */
const margin = { top: 8, right: 6, bottom: 20, left: 40 };
/** Of the lines, in turn: where one lies on another both are seen. */
const dashes = [undefined, '6 4', '2 3', '9 3 2 3'];
/** How much room a time has at its axis. */
const timePx = 52;

/** Lines over time. They move some times a minute: SVG draws them in the theme's own colours, and no library is needed. */
export function Chart({
  name,
  label,
  times,
  lines,
  height = 120,
  format = String,
  place = -1,
  onPlace,
}: ChartProps) {
  const [frame, width] = useWidth();
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
    <div ref={frame} className={css.chart} style={{ height }}>
      {width > 0 && (
        <svg width={width} height={height} role="img" aria-label={label}>
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
              {values[place] != null && (
                <circle className={css.point} cx={xOf(place)} cy={yOf(values[place])} r="3" />
              )}
            </g>
          ))}
          {place >= 0 && (
            <line
              className={css.moment}
              x1={xOf(place)}
              x2={xOf(place)}
              y1={margin.top}
              y2={margin.top + inside.height}
            />
          )}
        </svg>
      )}
      {lines.length > 0 && <Moments {...{ name, times, lines, format, place, onPlace }} />}
    </div>
  );
}

type MomentsProps = Required<Omit<ChartProps, 'label' | 'height'>>;

/** Lies over the lines: one of many moments is chosen by pointer, by finger and by keys. */
function Moments({ name: title, times, lines, format, place, onPlace }: MomentsProps) {
  const last = times.length - 1;
  const at = place < 0 ? last : place;
  const said = lines.map(({ name, values }) => `${name} ${valueText(values[at], format)}`).join(', ');
  const leave = () => onPlace(undefined);

  function point({ clientX, currentTarget }: PointerEvent<HTMLElement>) {
    const { left, width } = currentTarget.getBoundingClientRect();
    const [first = 0] = times;
    const span = (times[last] ?? first) - first;
    onPlace(nearestTo(first + (span * (clientX - left)) / width, times));
  }

  function onKeyDown(event: KeyboardEvent) {
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    onPlace(Math.min(Math.max(to, 0), last));
  }

  return (
    <div
      // The platform's own is for values that are evenly apart.
      role="slider"
      tabIndex={0}
      className={css.moments}
      style={{ inset: `${margin.top}px ${margin.right}px ${margin.bottom}px ${margin.left}px` }}
      aria-label={`${title}, moment by moment`}
      aria-valuemax={last}
      aria-valuenow={at}
      aria-valuetext={`${timeOfDay(times[at] ?? 0)}: ${said}`}
      onKeyDown={onKeyDown}
      onPointerDown={point}
      onPointerMove={point}
      onFocus={() => onPlace(at)}
      onBlur={leave}
      // A finger leaves when it is lifted, and its owner wants to read what it has chosen.
      onPointerLeave={({ pointerType }) => pointerType === 'mouse' && leave()}
    />
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
