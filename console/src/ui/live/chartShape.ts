/** The next round number: 1, 2 or 5 with noughts. 1 where nothing is above 0. */
export function roundMax(high: number): number {
  if (!(high > 0)) return 1;
  const size = 10 ** Math.floor(Math.log10(high));
  return ([1, 2, 5].find((step) => step * size >= high) ?? 10) * size;
}

/**
 * A line through these points, as SVG takes it: broken where a value is missing.
 *
 * @param isSparse whether it goes from one value to the next over those that are missing
 */
export function linePath(
  values: readonly (number | null)[],
  xOf: (index: number) => number,
  yOf: (value: number) => number,
  isSparse = false,
): string {
  let isDown = false;
  return values
    .map((value, index) => {
      if (value === null) {
        isDown &&= isSparse;
        return '';
      }
      const verb = isDown ? 'L' : 'M';
      isDown = true;
      return `${verb}${xOf(index).toFixed(1)} ${yOf(value).toFixed(1)}`;
    })
    .join('');
}

/** Where times stand, and those that are written below them: as far apart as they are, whatever lies between. */
export function timeScale(times: readonly number[], left: number, width: number, count: number) {
  const first = times[0] ?? 0;
  const span = Math.max((times.at(-1) ?? first) - first, 1);
  const xOf = (at: number) => left + (width * (at - first)) / span;
  const marks = Array.from({ length: count }, (_, mark) => first + (span * (mark + 0.5)) / count);
  return { xOf, marks: times.length > 0 ? marks : [] };
}
