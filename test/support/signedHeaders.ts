/** The headers that a post was signed with, as its bytes have them: all but its length, which is looked at. */
export function signedHeaders(post: Buffer): Record<string, string> {
  const form = /^POST \S+ HTTP\/1\.1\r\n((?:\S+: .*\r\n)+)content-length: (\d+)\r\n\r\n(.*)$/s;
  const [, lines = '', length, body = ''] = form.exec(String(post)) ?? [];
  if (length !== String(Buffer.byteLength(body))) throw new Error('this is no post');
  return Object.fromEntries(
    lines
      .trimEnd()
      .split('\r\n')
      .map((line) => line.split(/: (.*)/, 2)),
  );
}
