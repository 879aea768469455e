import { figureOf, type MeasuredBench } from './results.ts';

/** What is measured of a variant, and in which direction it is better. */
export interface FigureKind {
  readonly unit: string;
  readonly better: 'less' | 'more';
}

/** One question, asked of variants that are alike but for what is measured. */
export interface Bench<Variant extends string = string, Figure extends string = string> {
  /** As `--only` names it. */
  readonly name: string;
  /** What it measures, in one sentence without a full stop. */
  readonly measures: string;
  readonly figures: Readonly<Record<Figure, FigureKind>>;
  /** In the order in which they run, in turn, so that a busy machine hurts all of them alike. */
  readonly variants: readonly Variant[];
  /** The variant that the others are compared with. @default none */
  readonly baseline?: Variant;
  /** The figures that docs/results.md also draws. @default the first one, where there is a baseline */
  readonly charts?: readonly NoInfer<Figure>[];
  /** Where more runs say nothing more: 1 where it counts, and has no chance in it. @default as many as are asked for */
  readonly maxRuns?: number;
  measure(variant: Variant): Promise<Readonly<Record<Figure, number>>>;
}

/** Declares a bench: what it measures are the figures that it names. */
export const bench = <const V extends string, const F extends string>(declared: Bench<V, F>): Bench =>
  declared as Bench as Bench<string, string>;

/** Runs each variant in turn, several times, and says on standard error how far it is. */
export async function runBench(one: Bench, askedRuns: number): Promise<MeasuredBench> {
  const { name, measures, variants, baseline, maxRuns = askedRuns } = one;
  const runs = Math.min(askedRuns, maxRuns);
  const figures = variants.flatMap((variant) =>
    Object.entries(one.figures).map(([figure, kind]) => ({ variant, figure, kind, values: [] as number[] })),
  );
  console.error(`${name}: ${measures}`);
  for (let run = 1; run <= runs; run++) {
    for (const variant of variants) {
      const measured = await one.measure(variant);
      for (const of of figures) if (of.variant === variant) of.values.push(measured[of.figure] ?? Number.NaN);
      const said = Object.entries(measured).map(([figure, value]) => `${figure} ${shown(value)}`);
      console.error(`  run ${run} of ${runs}, ${variant}: ${said.join(', ')}`);
    }
  }
  return {
    ...{ name, measures },
    ...(baseline === undefined ? {} : { baseline }),
    charts: one.charts ?? (baseline === undefined ? [] : Object.keys(one.figures).slice(0, 1)),
    figures: figures.map(({ variant, figure, kind, values }) =>
      figureOf({ variant, figure, ...kind, runs: values }),
    ),
  };
}

/** A figure as people read it: three digits that count, and all of those before the point. */
export function shown(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return Number(value.toFixed(digits)).toLocaleString('en-US', { maximumFractionDigits: 2 });
}
