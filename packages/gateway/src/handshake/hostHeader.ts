import type { IncomingMessage } from 'node:http';

// https://www.rfc-editor.org/rfc/rfc3986#section-3.2.2, and a name that is not empty
const name = "(?:[\\w.~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+";
const address = "\\[(?:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*|[vV][0-9A-Fa-f]+\\.[\\w.~!$&'()*+,;=:-]+)\\]";
const hostAndPort = new RegExp(`^(?:${name}|${address})(?::\\d*)?$`);

/** Part of every post, so the last one is remembered. */
let lastHost = '';

/** Whether a text is a host, with or without a port. */
export function isHost(text: string): boolean {
  if (text === lastHost) return text !== '';
  if (!hostAndPort.test(text)) return false;
  lastHost = text;
  return true;
}

/**
 * Whether a request names its host as it must: once, and well formed; before HTTP/1.1 it need not. What is not so is
 * to be refused with 400: https://www.rfc-editor.org/rfc/rfc9112#section-3.2
 */
export function hasSoundHost(request: IncomingMessage): boolean {
  // By hand and not by `headerLines`: this is part of every post.
  const { rawHeaders, httpVersion } = request;
  let host: string | undefined;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    if (rawHeaders[at]?.length !== 4 || rawHeaders[at]?.toLowerCase() !== 'host') continue;
    if (host !== undefined) return false;
    host = rawHeaders[at + 1] ?? '';
  }
  return host === undefined ? httpVersion === '1.0' : isHost(host);
}
