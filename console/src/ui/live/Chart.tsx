import { useEffect, useRef, useState } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { timeOfDay } from '../data/timeText.ts';
import { theme } from '../theme/theme.ts';
import css from './Chart.module.css';

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

/** Lines over time, on a canvas: some hundreds of points each cost next to nothing when they move. */
export function Chart({ label, times, lines, height = 120, format = String }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>(undefined);
  const data = [times.map((at) => at / 1_000), ...lines.map(({ values }) => values)] as uPlot.AlignedData;
  const newest = useRef(data);
  newest.current = data;
  const look = JSON.stringify([lines.map(({ name, color }) => [name, color]), height]);
  const themes = useThemes();
  // `look` and `themes` are what it is drawn with; new values go into the chart that is there.
  useEffect(() => {
    const inside = place.current;
    if (!inside) return;
    const options = optionsOf(inside, lines, height, format);
    const made = new uPlot(options, newest.current, inside);
    chart.current = made;
    const watch = new ResizeObserver(() => made.setSize({ width: inside.clientWidth, height }));
    watch.observe(inside);
    return () => {
      watch.disconnect();
      made.destroy();
    };
  }, [look, themes]);
  useEffect(() => chart.current?.setData(newest.current), [data]);
  return <div ref={place} role="img" aria-label={label} className={css.chart} style={{ height }} />;
}

/** Counts up when the colours change. */
function useThemes(): number {
  const [count, setCount] = useState(0);
  useEffect(() => {
    const change = () => setCount((before) => before + 1);
    const system = matchMedia('(prefers-color-scheme: dark)');
    system.addEventListener('change', change);
    const stop = theme.subscribe(change);
    return () => {
      system.removeEventListener('change', change);
      stop();
    };
  }, []);
  return count;
}

function optionsOf(
  place: HTMLElement,
  lines: readonly ChartLine[],
  height: number,
  format: (value: number) => string,
): uPlot.Options {
  const color = (name: string) => resolved(place, name);
  const axis = { stroke: color('muted'), font: '11px system-ui', ticks: { show: false } };
  return {
    width: place.clientWidth,
    height,
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, points: { size: 6 } },
    padding: [8, 4, 0, 0],
    scales: { y: { range: (_, low, high) => [Math.min(0, low), high > 0 ? high * 1.1 : 1] } },
    axes: [
      {
        ...axis,
        size: 24,
        grid: { show: false },
        space: 80,
        values: (_, at) => at.map((second) => timeOfDay(second * 1_000).slice(0, 5)),
      },
      {
        ...axis,
        size: 44,
        space: 32,
        grid: { stroke: color('line'), width: 1 },
        values: (_, values) => values.map(format),
      },
    ],
    series: [
      {},
      ...lines.map(({ name, color: of = 'accent', isSparse = false }) => ({
        label: name,
        stroke: color(of),
        width: 1.5,
        spanGaps: isSparse,
        points: { show: isSparse, size: 4, fill: color(of) },
      })),
    ],
  };
}

/** A colour of the theme as a canvas takes it. */
function resolved(place: HTMLElement, name: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(--${name})`;
  place.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
