import type { Reporter } from '../../core/ports.ts';
import { writeLog } from './writeLog.ts';

/**
 * Writes one line of JSON for each error, with an allow-list of fields: some of the SDK's errors contain
 * whole items, and with them message bodies. JSON escapes control characters, so one report is always one
 * line.
 */
export const consoleReporter: Reporter = {
  report: (error, about) => writeLog('ERROR', { ...about, ...describe(error) }),
};

/** A parser's error quotes the text, which may be a message. */
function describe(error: unknown): object {
  if (!(error instanceof Error)) return { error: typeof error };
  const { name, cause } = error;
  const message = error instanceof SyntaxError ? 'a text that does not parse' : error.message;
  const stack = error.stack?.replace(error.message, () => message);
  return { error: name, message, stack, ...(cause !== undefined && { cause: describe(cause) }) };
}
