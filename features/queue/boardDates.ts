import { invalidField } from '../../core/invalidField.ts';

/** How many years from today a board may be, so that made-up dates leave no rows for long. */
const yearsBack = 5;
const yearsAhead = 2;

/**
 * @param path where in the frame the date stands: `payload.date` or `topic.date`.
 * @throws ProtocolError `validation_failed` for a day that boards are not kept of.
 */
export function requireBoardDate(date: string, now: number, path: string): void {
  const [first, last] = [dayAfterYears(now, -yearsBack), dayAfterYears(now, yearsAhead)];
  if (date >= first && date <= last) return;
  throw invalidField(path, `must be from ${first} to ${last}`);
}

function dayAfterYears(now: number, years: number): string {
  const day = new Date(now);
  day.setUTCFullYear(day.getUTCFullYear() + years);
  return day.toISOString().slice(0, 10);
}
