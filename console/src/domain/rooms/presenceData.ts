/** What was typed as data: JSON where it is some, words where it is none, and nothing where it is empty. */
export function typedData(text: string): unknown {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  try {
    return JSON.parse(trimmed);
  } catch {
    return trimmed;
  }
}

/** Data as a line. */
export const shownText = (data: unknown): string =>
  data === undefined || data === null ? '' : typeof data === 'string' ? data : JSON.stringify(data);
