/** The headers of a request, out of their lines as they are sent. */
export function readHeaderLines(lines: string): Record<string, string> {
  if (!/^(\S+: .*\r\n)+$/.test(lines)) throw new Error('these are no lines of headers');
  return Object.fromEntries(
    lines
      .trimEnd()
      .split('\r\n')
      .map((line) => line.split(/: (.*)/, 2)),
  );
}
