import { type MetricName, type MetricRules, metrics as rules } from '../../core/metrics.ts';
import type { Metrics } from '../../core/ports.ts';
import { writeLine } from './writeLog.ts';

/** CloudWatch takes so many values of one metric in one line. */
const maxValues = 100;

/** What was added: sums of counts, and durations one by one; by metric, and by what it is split by. */
type Added = Map<string, { readonly metric: MetricName; readonly by?: string; readonly values: number[] }>;

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
      const all = [...added.values()];
      added = new Map();
      const whole = all.filter(({ by }) => by === undefined);
      if (whole.length > 0) writeLine(embedded(stage, whole));
      for (const one of all) if (one.by !== undefined) writeLine(embedded(stage, [one]));
    },
  };
}

type Figure = { readonly metric: MetricName; readonly by?: string; readonly values: readonly number[] };

/** What is split is also there as a whole. */
function embedded(stage: string, figures: readonly Figure[]): object {
  const split = figures.find(({ by }) => by !== undefined);
  const { by: name }: MetricRules = split ? rules[split.metric] : { unit: 'Count', what: '' };
  const dimensions = name === undefined ? [['stage']] : [['stage'], ['stage', name]];
  return {
    _aws: {
      Timestamp: Date.now(),
      CloudWatchMetrics: [
        {
          Namespace: 'Tidings',
          Dimensions: dimensions,
          Metrics: figures.map(({ metric }) => ({ Name: metric, Unit: rules[metric].unit })),
        },
      ],
    },
    stage,
    ...(name !== undefined && { [name]: split?.by }),
    ...Object.fromEntries(
      figures.map(({ metric, values }) => [metric, values.length === 1 ? values[0] : values]),
    ),
  };
}

/** Where nobody looks at figures. */
export const noMetrics: Metrics = { add() {}, flush() {} };
