import { badRequest, TidingsError } from '../base/tidingsError.ts';

/** What `hello` told of the server's limits, each under its setting's name. */
export type Limits = Readonly<Record<string, unknown>>;

/** @throws TidingsError for what is no JSON: a circle, a big integer. */
export function write(frame: object): string {
  try {
    return JSON.stringify(frame);
  } catch (error) {
    throw badRequest(`payload: ${(error as Error).message}`);
  }
}

/**
 * Why the server would refuse a frame for its shape (PROTOCOL.md 6): nobody has to wait for its answer.
 *
 * @param text as `JSON.stringify` has made it.
 */
export function shapeFault(text: string, limits: Limits): TidingsError | undefined {
  // API Gateway closes a connection above 32 KB.
  const maxBytes = Number(limits.frameBytes) || 32_000;
  if (new TextEncoder().encode(text).length > maxBytes) {
    return new TidingsError('payload_too_large', `a request has at most ${maxBytes} bytes`);
  }
  const unescaped = text.replace(/\\[^u]/g, '');
  // JSON.stringify escapes surrogates only where they stand alone.
  if (/\\ud/.test(unescaped)) return badRequest('the request holds half a surrogate pair');
  const maxDepth = Number(limits.jsonDepth) || 32;
  let depth = 0;
  for (const bracket of unescaped.replace(/"[^"]*"|[^[\]{}]/g, '')) {
    depth += /[[{]/.test(bracket) ? 1 : -1;
    if (depth > maxDepth) return badRequest(`the request is nested deeper than ${maxDepth} levels`);
  }
  return undefined;
}
