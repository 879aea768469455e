/**
 * Writes one line of JSON to the function's log. Its time and level are what Lambda filters by:
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
 *
 * Not by `console`: under the JSON log format Lambda makes a line of its own of what `console` is given, with our line
 * as a text in it, and no filter finds a field in a text.
 *
 * @param fields from an allow-list of the caller: no token and no body
 */
export function writeLog(level: 'ERROR' | 'WARN' | 'INFO', fields: object): void {
  writeLine({ timestamp: new Date().toISOString(), level, ...fields });
}

/** Writes what is a line of its own as it is. */
export function writeLine(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
