import type { RequestListener } from 'node:http';
import { exportJWK, generateKeyPair } from 'jose';
import Provider from 'oidc-provider';
import type { Page } from 'playwright-core';
import { type LocalStack, startTestStack } from '../../support/localStack.ts';
import { serveAt } from '../../support/serveAt.ts';

/** What the next sign-in, or the next token, is given. */
interface Given {
  roles: readonly string[];
  /** How long the next access token lives, by the clock of the stack. */
  hours: number;
  /** Whether it comes with a refresh token. */
  refreshes: boolean;
  /** What of the answer that the browser brings back is another one: `state`, `code`, `iss`. */
  changed: string;
}

export interface SignInStack {
  readonly stack: LocalStack;
  readonly issuer: string;
  readonly given: Given;
  /** Is down from then on: nobody answers at its address. */
  closeIssuer(): void;
  /** Gives what it gave at the beginning. */
  reset(): void;
  stop(): Promise<void>;
}

const usual: Given = { roles: ['admin', 'msp'], hours: 1, refreshes: true, changed: '' };
const day = 86_400;

/**
 * A stack whose console is signed in to at a real OpenID provider on this machine, with its own pages: the console is
 * its public app.
 */
export async function startSignInStack(): Promise<SignInStack> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const key = { ...(await exportJWK(privateKey)), alg: 'RS256', use: 'sig', kid: 'first' };
  const given = { ...usual };
  let stack: LocalStack | undefined;
  const aheadMs = () => (stack?.clock.now() ?? Date.now()) - Date.now();
  const { url, close } = await serveAt(async (issuer) => {
    stack = await startTestStack({
      tokens: 'stage',
      settings: { tokens: { issuer, audience: 'tidings' }, console: { clientId: 'console' } },
    });
    const page = `${stack.httpUrl}/`;
    const app = {
      client_id: 'console',
      token_endpoint_auth_method: 'none',
      redirect_uris: [page],
      post_logout_redirect_uris: [page],
      grant_types: ['authorization_code', 'refresh_token'],
    };
    const configuration = {
      jwks: { keys: [key] },
      clients: [app],
      cookies: { keys: ['only for tests'] },
      ttl: { IdToken: day, RefreshToken: day, Session: day, Grant: day, Interaction: day },
      clientBasedCORS: () => true,
      issueRefreshToken: () => given.refreshes,
      rotateRefreshToken: true,
      findAccount: (_: unknown, accountId: string) => ({
        accountId,
        claims: async () => ({ sub: accountId }),
      }),
      extraTokenClaims: () => ({ tenant: 'acme-msp', roles: given.roles }),
      features: {
        revocation: { enabled: true },
        resourceIndicators: {
          enabled: true,
          defaultResource: () => 'https://tidings.example.com',
          useGrantedResource: () => true,
          getResourceServerInfo: () => ({
            ...{ scope: '', audience: 'tidings', accessTokenFormat: 'jwt' },
            accessTokenTTL: Math.floor(aheadMs() / 1_000) + given.hours * 3_600,
          }),
        },
      },
    };
    return changing(new Provider(issuer, configuration).callback(), page, given);
  });
  if (!stack) throw new Error('the stack was started with the issuer');
  const started = stack;
  return {
    stack: started,
    issuer: url,
    given,
    closeIssuer: close,
    reset: () => void Object.assign(given, usual),
    async stop() {
      close();
      await started.stop();
    },
  };
}

/** Changes an answer on its way to a page, where it is to be. */
const changing =
  (handle: RequestListener, page: string, given: Given): RequestListener =>
  (request, response) => {
    const setHeader = response.setHeader.bind(response);
    response.setHeader = (name, value) => {
      if (given.changed === '' || !(name === 'Location' && String(value).startsWith(`${page}?`)))
        return setHeader(name, value);
      const url = new URL(String(value));
      url.searchParams.set(given.changed, 'changed');
      return setHeader(name, url.href);
    };
    handle(request, response);
  };

/** On the pages of the provider: signs in, and agrees that the console may know it. */
export async function signInAs(page: Page, user: string): Promise<void> {
  await page.getByPlaceholder('Enter any login').fill(user);
  await page.getByPlaceholder('and password').fill('any');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
}
