const two = (number: number) => String(number).padStart(2, '0');

/** `14:03:07`, or with milliseconds `14:03:07.250`, on this machine's clock. Always as wide. */
export function timeOfDay(at: number, precise = false): string {
  const date = new Date(at);
  const text = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
  return precise ? `${text}.${String(date.getMilliseconds()).padStart(3, '0')}` : text;
}

export const wholeTime = (at: number): string =>
  new Date(at).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'long' });

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/** How long something takes, in one unit or two: `2 h 5 min`, `12 s`, `340 ms`. */
export function duration(ms: number): string {
  const at = units.findIndex(([, size]) => Math.abs(ms) >= size);
  const [name, size] = units[at] ?? ['ms', 1];
  const whole = Math.trunc(ms / size);
  const [nextName, nextSize] = (at >= 0 && units[at + 1]) || ['', 0];
  const rest = nextSize > 0 ? Math.trunc((Math.abs(ms) % size) / nextSize) : 0;
  return rest > 0 && nextName !== '' ? `${whole} ${name} ${rest} ${nextName}` : `${whole} ${name}`;
}

/** A number of bytes as people say it. */
export const byteText = (bytes: number): string =>
  bytes < 1_000
    ? `${bytes} B`
    : bytes < 1e6
      ? `${(bytes / 1e3).toFixed(1)} KB`
      : `${(bytes / 1e6).toFixed(1)} MB`;
