import type { MetricName } from '../../core/metrics.ts';
import type { Metrics } from '../../core/ports.ts';

export interface MemoryMetrics extends Metrics {
  /** What was added to a figure, or to one part of it, in order. */
  of(metric: MetricName, by?: string): readonly number[];
}

/** Figures that a test reads. */
export function memoryMetrics(): MemoryMetrics {
  const added: { readonly metric: MetricName; readonly value: number; readonly by: string | undefined }[] =
    [];
  return {
    flush() {},
    add(metric, value, by) {
      added.push({ metric, value, by });
    },
    of: (metric, by) =>
      added
        .filter((one) => one.metric === metric && (by === undefined || one.by === by))
        .map(({ value }) => value),
  };
}
