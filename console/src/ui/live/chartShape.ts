/** The next round number: 2, 4 or 10 with noughts, whose half is whole where it counts something. 2 where nothing is above 0. */
export function roundMax(high: number): number {
  if (!(high > 0)) return 2;
  const size = 10 ** Math.floor(Math.log10(high));
  return ([2, 4].find((step) => step * size >= high) ?? 10) * size;
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

/** The index of the time that is nearest to one. */
export const nearestTo = (at: number, times: readonly number[]): number =>
  times.reduce((best, time, index) => {
    const isNearer = Math.abs(time - at) < Math.abs((times[best] ?? at) - at);
    return isNearer ? index : best;
  }, 0);

/** What lies between two times that are written, in minutes. */
const roundMinutes = [1, 2, 5, 10, 15, 30];
/** Half of what a time takes as it is written, with some room. */
const halfTimePx = 20;

/**
 * Where times stand, as far apart as they are, and the round ones that are written below them.
 *
 * @param apart how far at least in px
 */
export function timeScale(times: readonly number[], left: number, width: number, apart: number) {
  const first = times[0] ?? 0;
  const last = times.at(-1) ?? first;
  const span = Math.max(last - first, 1);
  const xOf = (at: number) => left + (width * (at - first)) / span;
  const step = 60_000 * (roundMinutes.find((one) => (one * 60_000 * width) / span >= apart) ?? 60);
  const marks: number[] = [];
  for (let at = Math.ceil(first / step) * step; at <= last; at += step) {
    if (xOf(at) - left >= halfTimePx && left + width - xOf(at) >= halfTimePx) marks.push(at);
  }
  return { xOf, marks };
}
