import { type MetricName, type MetricRules, metrics as rules } from '../../core/metrics.ts';
import type { Metrics } from '../../core/ports.ts';
import { writeLine } from './writeLog.ts';

/** CloudWatch takes so many values of one metric in one line. */
const maxValues = 100;

/** What was added: sums of counts, and durations one by one; by metric, and by what it is split by. */
type Added = Map<string, Figure & { readonly values: number[] }>;

/**
 * Figures as lines of the log from which CloudWatch makes metrics, without a call of its own:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 *
 * @param stage the dimension that all of them have
 */
export function loggedMetrics(stage: string): Metrics {
  let added: Added = new Map();
  return {
    add(metric, value, by) {
      const key = `${metric} ${by ?? ''}`;
      const known = added.get(key);
      if (!known) added.set(key, { metric, ...(by !== undefined && { by }), values: [value] });
      else if (rules[metric].unit === 'Count') known.values[0] = (known.values[0] ?? 0) + value;
      else if (known.values.length < maxValues) known.values.push(value);
    },
    flush() {
      const lines = linesOf(added.values());
      added = new Map();
      for (const line of lines) writeLine(embedded(stage, line));
    },
  };
}

type Figure = { readonly metric: MetricName; readonly by?: string; readonly values: readonly number[] };

/** Figures that stand in one line, and what they are split by: by the name of each dimension its one value. */
interface Line {
  readonly figures: Figure[];
  readonly parts: Map<string, string>;
}

/** As few as hold all: an invocation asks for one action, so that most have one. */
function linesOf(figures: Iterable<Figure>): readonly Line[] {
  const lines: Line[] = [];
  for (const figure of figures) {
    const name = dimensionOf(figure);
    const hasRoom = ({ parts }: Line) => name === undefined || (parts.get(name) ?? figure.by) === figure.by;
    const line = lines.find(hasRoom) ?? begun(lines);
    line.figures.push(figure);
    if (name !== undefined && figure.by !== undefined) line.parts.set(name, figure.by);
  }
  return lines;
}

function begun(lines: Line[]): Line {
  const line: Line = { figures: [], parts: new Map() };
  lines.push(line);
  return line;
}

function dimensionOf({ metric, by }: Figure): string | undefined {
  const { by: name }: MetricRules = rules[metric];
  return by === undefined ? undefined : name;
}

function embedded(stage: string, { figures, parts }: Line): object {
  return {
    _aws: {
      Timestamp: Date.now(),
      CloudWatchMetrics: [undefined, ...parts.keys()].flatMap((name) => {
        const metrics = figures
          .filter((figure) => dimensionOf(figure) === name)
          .map(({ metric }) => ({ Name: metric, Unit: rules[metric].unit }));
        // What is split is also there as a whole.
        const dimensions = name === undefined ? [['stage']] : [['stage'], ['stage', name]];
        return metrics.length > 0 ? [{ Namespace: 'Tidings', Dimensions: dimensions, Metrics: metrics }] : [];
      }),
    },
    stage,
    ...Object.fromEntries(parts),
    ...Object.fromEntries(
      figures.map(({ metric, values }) => [metric, values.length === 1 ? values[0] : values]),
    ),
  };
}

/** Where nobody looks at figures. */
export const noMetrics: Metrics = { add() {}, flush() {} };
