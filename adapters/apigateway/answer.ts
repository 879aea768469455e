/** What is known of an answer of HTTP/1.1 once its head is there. */
export interface Answer {
  readonly status: number;
  /** How many bytes it has, once all of them are there. */
  readonly length: number | undefined;
  /** Whether another request may follow on its connection, when its bytes are there. */
  readonly isReusable: boolean;
}

const statusLine = /^HTTP\/1\.[01] \d{3}[ \r]/;
const [minorAt, codeAt] = ['HTTP/1.'.length, 'HTTP/1.1 '.length];
/** The fields that say where an answer ends, and whether another may follow. */
const framingFields = /\r\n(connection|transfer-encoding|content-length):[ \t]*([^\r]*)/gi;

/**
 * Reads an answer to a POST as far as it has come. Its body is only measured, so that the next answer's beginning is
 * known. Where that cannot be told for sure the connection is not used again, which is always right.
 * https://www.rfc-editor.org/rfc/rfc9112#section-6.3
 *
 * @returns undefined until its head is there
 * @throws Error for what is no HTTP/1
 */
export function readAnswer(bytes: Buffer): Answer | undefined {
  // As a text: to look for one in bytes takes three times as long.
  const text = bytes.toString('latin1');
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const head = text.slice(0, headEnd + 2);
  if (!statusLine.test(head)) throw new Error('the answer is no HTTP/1');
  const bodyAt = headEnd + 4;
  const status = Number(head.slice(codeAt, codeAt + 3));
  // What comes before an answer, such as 103.
  if (status < 200) return later(readAnswer(bytes.subarray(bodyAt)), bodyAt);
  const end = head[minorAt] === '0' ? 'unknown' : bodyEnd(bytes, bodyAt, status, head);
  const length = typeof end === 'number' && end <= bytes.length ? end : undefined;
  return { status, length, isReusable: end !== 'unknown' };
}

const later = (answer: Answer | undefined, by: number): Answer | undefined =>
  answer?.length === undefined ? answer : { ...answer, length: answer.length + by };

/** Where the body ends; undefined while that is still to come. */
function bodyEnd(bytes: Buffer, at: number, status: number, head: string): number | 'unknown' | undefined {
  const framing = framingOf(head);
  if (!framing) return 'unknown';
  if (status === 204 || status === 304) return at;
  const { 'content-length': length, 'transfer-encoding': encoding } = framing;
  if (encoding !== undefined) {
    return length === undefined && encoding === 'chunked' ? lastChunkEnd(bytes, at) : 'unknown';
  }
  return length !== undefined && /^\d{1,9}$/.test(length) ? at + Number(length) : 'unknown';
}

/** In one walk, since this is part of every post. Undefined where the connection closes, or a field comes twice. */
function framingOf(head: string): { [name in 'content-length' | 'transfer-encoding']?: string } | undefined {
  const framing: Record<string, string> = {};
  framingFields.lastIndex = 0;
  for (let found = framingFields.exec(head); found; found = framingFields.exec(head)) {
    const [name = '', value = ''] = [found[1]?.toLowerCase(), found[2]?.trim().toLowerCase()];
    if (name === 'connection' ? /\bclose\b/.test(value) : name in framing) return undefined;
    if (name !== 'connection') framing[name] = value;
  }
  return framing;
}

/** https://www.rfc-editor.org/rfc/rfc9112#section-7.1 */
function lastChunkEnd(bytes: Buffer, begin: number): number | 'unknown' | undefined {
  for (let at = begin; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return undefined;
    const [, size] = /^([0-9a-f]{1,6})[ \t]*(?:;.*)?$/i.exec(bytes.toString('latin1', at, lineEnd)) ?? [];
    if (size === undefined) return 'unknown';
    const next = lineEnd + 2 + Number.parseInt(size, 16);
    if (next === lineEnd + 2) return trailerEnd(bytes, next);
    if (bytes.length < next + 2) return undefined;
    if (bytes.toString('latin1', next, next + 2) !== '\r\n') return 'unknown';
    at = next + 2;
  }
}

/** Behind the last chunk: an empty line, or fields and then an empty line. */
function trailerEnd(bytes: Buffer, at: number): number | undefined {
  if (bytes.length < at + 2) return undefined;
  if (bytes.toString('latin1', at, at + 2) === '\r\n') return at + 2;
  const end = bytes.indexOf('\r\n\r\n', at);
  return end < 0 ? undefined : end + 4;
}
