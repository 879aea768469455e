/** Days as the wire names them, `2026-03-02`, by this machine's calendar. */
export function dayOf(at: number): string {
  const date = new Date(at);
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()]
    .map((part) => String(part).padStart(2, '0'))
    .join('-');
}

const isDay = /^\d{4}-\d{2}-\d{2}$/;

/** A day some days later; nothing for what is none. */
export function dayAfter(day: string, days: number): string | undefined {
  const at = isDay.test(day) ? Date.parse(`${day}T12:00:00Z`) : Number.NaN;
  return Number.isNaN(at) ? undefined : new Date(at + days * 24 * 3_600_000).toISOString().slice(0, 10);
}

/** With the day of the week, as people say it. */
export function dayText(day: string): string {
  const at = Date.parse(`${day}T12:00:00Z`);
  if (Number.isNaN(at)) return day;
  return new Date(at).toLocaleDateString('en', {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  });
}
