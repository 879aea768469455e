import type { Reporter } from '../../core/ports.ts';

/**
 * Writes one line of JSON an error, by an allow-list of fields: the SDK hangs whole items on some of its
 * errors, and with them bodies. JSON escapes control characters, so one report is always one line.
 */
export const consoleReporter: Reporter = {
  report: (error, about) => console.error(JSON.stringify({ level: 'ERROR', ...about, ...describe(error) })),
};

/** What a parser says of a text quotes it, and the text may be a message's. */
function describe(error: unknown): object {
  if (!(error instanceof Error)) return { error: typeof error };
  const { name, cause } = error;
  const message = error instanceof SyntaxError ? 'a text that does not parse' : error.message;
  const stack = error.stack?.replace(error.message, () => message);
  return { error: name, message, stack, ...(cause !== undefined && { cause: describe(cause) }) };
}
