import { shown } from './measure.ts';
import { type Figure, figuresOf, type MeasuredBench, type Results, ratioOf } from './results.ts';

/** The results as text for a terminal. */
export const tableOf = ({ commit, date, machine, benches }: Results): string =>
  [
    `commit ${commit}, ${date}`,
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB, ${machine.system}, Node ${machine.node}`,
    ...benches.flatMap((measured) => ['', `${measured.name}: ${measured.measures}`, ...linesOf(measured)]),
    '',
  ].join('\n');

function linesOf(measured: MeasuredBench): string[] {
  const rows = figuresOf(measured).flatMap(({ of }) => of.map((figure) => cellsOf(measured, figure)));
  const widths = (rows[0] ?? []).map((_cell, column) =>
    Math.max(...rows.map((cells) => cells[column]?.length ?? 0)),
  );
  const isNumber = (column: number) => column === 2;
  return rows.map((cells) =>
    `  ${cells
      .map((cell, column) =>
        isNumber(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')}`.trimEnd(),
  );
}

function cellsOf(measured: MeasuredBench, figure: Figure): string[] {
  const { variant, unit, median } = figure;
  return [figure.figure, variant, shown(median), unit, spread(figure), comparison(measured, figure)];
}

/** The least and the most, where they differ. */
export const spread = ({ min, max }: Figure): string => (min < max ? `${shown(min)} to ${shown(max)}` : '');

/** How a figure is to the baseline's, in words. */
export function comparison(measured: MeasuredBench, figure: Figure): string {
  if (figure.variant === measured.baseline) return 'baseline';
  const ratio = ratioOf(measured, figure);
  if (ratio === undefined) return '';
  if (ratio === 1) return 'the same';
  return ratio > 1 ? `${shown(ratio)} times better` : `${shown(1 / ratio)} times worse`;
}
