const duration = /^(-?)(\d{1,6})([smhd])$/;
const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** How a duration is written, in words. */
export const durations = 'a text such as 90s, 15m, 1h, 2d or -10m';

/** The seconds of a duration such as `15m`; `undefined` where it is none. */
export function toSeconds(text: string): number | undefined {
  const [, minus, amount, unit = ''] = duration.exec(text) ?? [];
  const perUnit = unitSeconds[unit];
  return perUnit && Number(`${minus}${amount}`) * perUnit;
}
