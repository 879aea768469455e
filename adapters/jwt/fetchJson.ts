import type { Clock } from '../../core/ports.ts';

/** The part of `fetch` that is used. */
export type Fetch = (
  url: string,
  init: {
    readonly signal: AbortSignal;
    readonly redirect: 'error';
    readonly headers: Record<string, string>;
  },
) => Promise<Response>;

const TIMEOUT_MS = 1_500;
const MAX_BYTES = 64 * 1024;

/**
 * Fetches a JSON document of an issuer: at most 64 KB, within 1.5 s, without following redirects.
 * @throws Error that names the address and what is wrong
 */
export async function fetchJson(url: string, fetch: Fetch, clock: Clock): Promise<unknown> {
  const controller = new AbortController();
  const headers = { accept: 'application/json' };
  const answer = async () =>
    readJson(await fetch(url, { signal: controller.signal, redirect: 'error', headers }));
  const late = async () => {
    await clock.wait(TIMEOUT_MS);
    controller.abort();
    throw new Error(`no answer in ${TIMEOUT_MS} ms`);
  };
  try {
    return await Promise.race([answer(), late()]);
  } catch (cause) {
    throw new Error(`${url}: ${inWords(cause)}`, { cause });
  }
}

/** Node says no more than "fetch failed", and the reason in the cause. */
function inWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { message, cause } = error;
  return cause instanceof Error ? `${message} (${cause.message || cause.name})` : message;
}

async function readJson(response: Response): Promise<unknown> {
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`status ${response.status}`);
  }
  const text = await readCapped(response);
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('the answer is not JSON');
  }
}

async function readCapped(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    // Leaving the loop cancels the rest.
    if (bytes > MAX_BYTES) throw new Error(`more than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
