import type { IncomingMessage, ServerResponse } from 'node:http';
import { consoleHeaders } from '../../lib/consoleHeaders.ts';
import type { SignInAt } from '../../lib/settings/consoleSignIn.ts';
import { sendJson } from '../http/httpJson.ts';
import type { BuiltConsole } from './builtConsole.ts';
import { escapeHtml } from './escapeHtml.ts';
import { gettingIn, type StackAddresses } from './gettingIn.ts';
import { failurePage, waitingPage, waitingScript, waitingStyle } from './waitingPage.ts';

export interface ConsoleServerOptions {
  readonly addresses: StackAddresses;
  readonly built: Omit<BuiltConsole, 'close'>;
  /** How one signs in where tokens are the stage's. @default with a pasted token */
  readonly signIn?: SignInAt | undefined;
}

/** @returns whether the request was for the console */
export type ConsoleServer = (
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
) => Promise<boolean>;

/** Serves the console: its page at `/`, its files below `/console/`, and where the stack is at `/console.json`. */
export function consoleServer({ addresses, built, signIn }: ConsoleServerOptions): ConsoleServer {
  return async (request, response, path) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return false;
    const here = asReachedBy(request, addresses);
    const where = { mode: 'local', ...here, ...(signIn && { oidc: signIn.oidc }) };
    if (path === '/console.json') sendJson(response, 200, where, consoleHeaders([]));
    else if (path === '/') await sendPage(request, response, { here, built, asks: signIn?.asks ?? [] });
    else if (path.startsWith('/console/')) await sendFile(response, path.slice('/console/'.length), built);
    else return false;
    return true;
  };
}

/** Where the page has the addresses for who has no JavaScript. */
const placeOfAddresses = '<!-- addresses -->';

interface Shown {
  readonly here: StackAddresses;
  readonly built: Pick<BuiltConsole, 'page'>;
  readonly asks: readonly string[];
}

async function sendPage(
  request: IncomingMessage,
  response: ServerResponse,
  { here, built, asks }: Shown,
): Promise<void> {
  const text = gettingIn(here);
  const headers = {
    ...consoleHeaders([new URL(here.wsUrl).origin, ...asks]),
    'cache-control': 'no-store',
    vary: 'Accept',
  };
  const send = (type: string, body: string) =>
    response.writeHead(200, { ...headers, 'content-type': `${type}; charset=utf-8` }).end(body);
  if (!request.headers.accept?.includes('text/html')) return void send('text/plain', text);
  const found = await built.page();
  if (found.state === 'building') send('text/html', waitingPage(text));
  else if (found.state === 'failed') send('text/html', failurePage(found.why, text));
  else
    send(
      'text/html',
      found.page.replace(placeOfAddresses, () => escapeHtml(text)),
    );
}

async function sendFile(
  response: ServerResponse,
  path: string,
  built: Pick<BuiltConsole, 'file'>,
): Promise<void> {
  const waiting = await ofWaitingPage(path);
  const file = waiting ?? (await built.file(path));
  if (!file) return sendJson(response, 404, { message: 'Not Found' });
  // The name of what was built has a hash of what is in it.
  const kept = waiting ? 'no-store' : 'private, max-age=31536000, immutable';
  response
    .writeHead(200, { ...consoleHeaders([]), 'content-type': file.type, 'cache-control': kept })
    .end(file.body);
}

/** What the page loads that stands in the console's place. */
async function ofWaitingPage(path: string) {
  if (path === 'waiting.js') return { type: 'text/javascript', body: waitingScript };
  if (path === 'waiting.css') return { type: 'text/css', body: await waitingStyle() };
  return undefined;
}

/**
 * The addresses with the name and the port by which whoever asks reached the stack: `localhost`, or the other end of a
 * tunnel. The issuer's name is what its tokens say, and stays.
 */
function asReachedBy(request: IncomingMessage, addresses: StackAddresses): StackAddresses {
  const { httpUrl } = addresses;
  const host = new URL(httpUrl).host;
  const reached = (url: string) => url.replace(`//${host}`, () => `//${request.headers.host ?? host}`);
  return {
    ...addresses,
    wsUrl: reached(addresses.wsUrl),
    httpUrl: reached(httpUrl),
    managementUrl: reached(addresses.managementUrl),
  };
}
