import { invalidField } from '../../core/invalidField.ts';

/** Years around today that boards may be of: whoever makes up dates leaves nothing that stays for long. */
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
