import { execFileSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';

/** What `--json` writes. */
export interface Results {
  /** What was measured, and whether it was as it was committed. */
  readonly commit: string;
  readonly date: string;
  /** What else there is to know of the run: `--note`. */
  readonly note?: string;
  readonly machine: Machine;
  readonly benches: readonly MeasuredBench[];
}

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly system: string;
  readonly node: string;
}

export interface MeasuredBench {
  readonly name: string;
  readonly measures: string;
  readonly baseline?: string;
  /** Figures that are also drawn. */
  readonly charts?: readonly string[];
  readonly figures: readonly Figure[];
}

interface MeasuredFigure {
  readonly variant: string;
  readonly figure: string;
  readonly unit: string;
  readonly better: 'less' | 'more';
  /** In the order in which they were measured. */
  readonly runs: readonly number[];
}

export interface Figure extends MeasuredFigure {
  readonly median: number;
  /** The spread: of all runs, the least and the most. */
  readonly min: number;
  readonly max: number;
}

export function figureOf(measured: MeasuredFigure): Figure {
  const runs = measured.runs.map(rounded);
  const { median, min, max } = spreadOf(runs);
  return { ...measured, runs, median: rounded(median), min, max };
}

/** Of an even number of figures, the median is the mean of the two in the middle. */
export function spreadOf(values: readonly number[]): Record<'median' | 'min' | 'max', number> {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (place: number) => sorted[place] ?? Number.NaN;
  const median = (at(Math.floor((sorted.length - 1) / 2)) + at(Math.ceil((sorted.length - 1) / 2))) / 2;
  return { median, min: at(0), max: at(sorted.length - 1) };
}

/** The value that so many of a hundred are at most. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
}

/** By what is measured: what the variants came to stands together. */
export function figuresOf({
  figures,
}: MeasuredBench): { readonly name: string; readonly of: readonly Figure[] }[] {
  const names = [...new Set(figures.map(({ figure }) => figure))];
  return names.map((name) => ({ name, of: figures.filter(({ figure }) => figure === name) }));
}

/** How many times better than the baseline a figure is, by the medians; below 1 it is worse. None of nothing. */
export function ratioOf({ figures, baseline }: MeasuredBench, of: Figure): number | undefined {
  if (baseline === undefined || of.variant === baseline) return undefined;
  const base = figures.find(({ variant, figure }) => variant === baseline && figure === of.figure);
  if (!base) return undefined;
  const [better, worse] = of.better === 'less' ? [base.median, of.median] : [of.median, base.median];
  return better === 0 || worse === 0 ? undefined : better / worse;
}

/** Nobody reads more, and a file of long fractions changes in every line. */
const rounded = (value: number) => Number(value.toPrecision(4));

/** @throws where this is no checkout of git */
export function thisCommit(): string {
  const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8' }).trim();
  const isChanged = git('status', '--porcelain', '--untracked-files=no') !== '';
  return `${git('rev-parse', '--short=12', 'HEAD')}${isChanged ? ', with changes' : ''}`;
}

export function thisMachine(): Machine {
  const all = cpus();
  return {
    cpu: all[0]?.model.trim() ?? 'unknown',
    cores: all.length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${process.arch}`,
    node: process.version,
  };
}
