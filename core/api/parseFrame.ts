import { ClientFrame, ProtocolError, validate } from '@tidings/protocol';
import type { Limits } from '../settings.ts';

/** A frame, or the error to answer with, under the request's `ref` if it has one. */
export type Parsed =
  | { readonly frame: ClientFrame }
  | { readonly refused: ProtocolError; readonly ref?: string };

/**
 * The largest message that API Gateway passes on. A longer text came over HTTP, where its answer needs no
 * `ref`.
 */
const maxMessageBytes = 128 * 1024;

/**
 * Reads a client's request from any API, without reading the database.
 *
 * @param action the action, where the URL names it and the text does not.
 */
export function parseFrame(
  text: string,
  limits: Pick<Limits, 'frameBytes' | 'jsonDepth'>,
  action?: string,
): Parsed {
  try {
    const value = parseJson(text, limits);
    if (!isObject(value)) {
      const example = action === undefined ? '{"action": "…"}' : '{"payload": {…}}';
      throw new ProtocolError('bad_request', `a request is a JSON object, not ${nameOf(value)}: ${example}`);
    }
    const named = action ?? value.action;
    if (named === undefined || named === null || named === '') {
      throw new ProtocolError('bad_request', 'the frame names no action: {"action": "…"}');
    }
    return { frame: validate(ClientFrame, { ...value, action: named }) };
  } catch (refused) {
    if (!(refused instanceof ProtocolError)) throw refused;
    const ref = refIn(text);
    return { refused, ...(ref !== undefined && { ref }) };
  }
}

/** The `ref` of a request that is refused for another reason, so that its sender recognises the answer. */
function refIn(text: string): string | undefined {
  if (Buffer.byteLength(text) > maxMessageBytes) return undefined;
  const value = tryJson(text);
  const ref = isObject(value) ? ClientFrame.shape.ref.safeParse(value.ref) : undefined;
  return ref?.success && ref.data !== undefined && !loneSurrogate.test(JSON.stringify(ref.data))
    ? ref.data
    : undefined;
}

/** @throws ProtocolError `payload_too_large`, `bad_request`. */
function parseJson(text: string, limits: Pick<Limits, 'frameBytes' | 'jsonDepth'>): unknown {
  const bytes = Buffer.byteLength(text);
  if (bytes > limits.frameBytes) {
    throw new ProtocolError(
      'payload_too_large',
      `the frame has ${bytes} bytes; ${limits.frameBytes} are the most`,
    );
  }
  if (depthOf(text) > limits.jsonDepth) {
    throw new ProtocolError('bad_request', `the frame is nested deeper than ${limits.jsonDepth} levels`);
  }
  const value = tryJson(text);
  if (value === undefined) throw new ProtocolError('bad_request', 'the frame is not JSON');
  // Half a surrogate pair is valid JSON but not valid text. DynamoDB would refuse it later, with an error of
  // its own.
  if (loneSurrogate.test(text) && loneSurrogate.test(JSON.stringify(value))) {
    throw new ProtocolError('bad_request', 'the frame holds half of a surrogate pair (\\ud800 to \\udfff)');
  }
  return value;
}

/** JSON.stringify escapes surrogates only where they stand alone. */
const loneSurrogate = /(?<!\\)(?:\\\\)*\\u[dD][89a-fA-F]/;

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** How deep brackets nest, outside of strings, without parsing the text. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (inString) {
      if (char === backslash) at++;
      else if (char === quote) inString = false;
    } else if (char === quote) inString = true;
    else if (char === openBrace || char === openBracket) deepest = Math.max(deepest, ++depth);
    else if (char === closeBrace || char === closeBracket) depth--;
  }
  return deepest;
}

const quote = 0x22;
const backslash = 0x5c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function nameOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : `a ${typeof value}`;
}
