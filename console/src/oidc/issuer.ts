import {
  allowInsecureRequests,
  authorizationCodeGrantRequest,
  calculatePKCECodeChallenge,
  clockTolerance,
  discoveryRequest,
  generateRandomCodeVerifier,
  generateRandomNonce,
  generateRandomState,
  None,
  processAuthorizationCodeResponse,
  processDiscoveryResponse,
  processRefreshTokenResponse,
  refreshTokenGrantRequest,
  revocationRequest,
  type TokenEndpointResponse,
  validateAuthResponse,
} from 'oauth4webapi';
import { looksLikeToken } from '../session/person.ts';
import type { Oidc } from '../session/where.ts';
import type { Grant } from './grant.ts';
import { inWords } from './inWords.ts';
import { SignInError } from './signInError.ts';

/** What has to be known again when a browser comes back from an issuer. */
export interface Begun {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** `none`: without asking anything, or not at all. `login`: also who is signed in there already. */
export type Prompt = 'none' | 'login';

/** The issuer of a stage, for an app that has no secret: authorization code with PKCE. Each method throws `SignInError`. */
export interface Issuer {
  /** Where to go to sign in. */
  begin(prompt?: Prompt): Promise<{ readonly address: string; readonly begun: Begun }>;
  /** Takes what the issuer sent back, and gets tokens for it. */
  finish(answer: URLSearchParams, begun: Begun): Promise<Grant>;
  refresh(grant: Grant): Promise<Grant>;
  /** Makes the refresh token void. @returns where to go to sign out there too; nothing, where the issuer has no such page */
  end(grant: Grant): Promise<string | undefined>;
}

/** The token comes from the issuer itself, so that times only tell an old one; clocks of laptops are minutes wrong. */
const toleranceSeconds = 300;
/** Whoever signs out does not wait for an issuer that is down. */
const revocationPatienceMs = 3_000;

/**
 * Asks an issuer where what is.
 *
 * @param here the address of this page, as it is registered there
 * @throws SignInError
 */
export async function openIssuer(oidc: Oidc, here: string): Promise<Issuer> {
  const authority = new URL(oidc.authority);
  const client = { client_id: oidc.clientId, [clockTolerance]: toleranceSeconds };
  // Only one on this machine has such an address: lib/settings/consoleSignIn.ts refuses others.
  const isPlain = authority.protocol === 'http:';
  const options = { [allowInsecureRequests]: isPlain };
  const telling = <T>(work: () => Promise<T>) =>
    work().catch((error: unknown) => {
      throw inWords(error, oidc);
    });
  const found = await telling(async () =>
    processDiscoveryResponse(authority, await discoveryRequest(authority, options)),
  );

  /** An address of the issuer's for the browser to go to. */
  function pageOf(address: string | undefined, parameters: Readonly<Record<string, string | undefined>>) {
    if (address === undefined || !(isPlain || address.startsWith('https://')))
      throw new SignInError(`${authority.host} names no secure page to sign in on.`);
    const url = new URL(address);
    for (const [name, value] of Object.entries(parameters)) {
      if (value !== undefined) url.searchParams.set(name, value);
    }
    return url.href;
  }

  function toGrant(answer: TokenEndpointResponse, former?: Grant): Grant {
    const { id_token: idToken = former?.idToken ?? '', refresh_token: refreshToken = former?.refreshToken } =
      answer;
    const token = oidc.token === 'id' ? answer.id_token : answer.access_token;
    if (token === undefined || !looksLikeToken(token)) throw new SignInError(noToken(oidc));
    return { token, idToken, ...(refreshToken !== undefined && { refreshToken }) };
  }

  return {
    async begin(prompt) {
      const begun = {
        state: generateRandomState(),
        nonce: generateRandomNonce(),
        verifier: generateRandomCodeVerifier(),
      };
      const address = pageOf(found.authorization_endpoint, {
        client_id: oidc.clientId,
        redirect_uri: here,
        response_type: 'code',
        scope: oidc.scope,
        audience: oidc.audience,
        state: begun.state,
        nonce: begun.nonce,
        code_challenge: await calculatePKCECodeChallenge(begun.verifier),
        code_challenge_method: 'S256',
        prompt,
      });
      return { address, begun };
    },
    finish: (answer, { state, nonce, verifier }) =>
      telling(async () => {
        const code = validateAuthResponse(found, client, answer, state);
        const response = await authorizationCodeGrantRequest(
          found,
          client,
          None(),
          code,
          here,
          verifier,
          options,
        );
        const rules = { expectedNonce: nonce, requireIdToken: true };
        return toGrant(await processAuthorizationCodeResponse(found, client, response, rules));
      }),
    refresh: (grant) =>
      telling(async () => {
        const { refreshToken = '' } = grant;
        const response = await refreshTokenGrantRequest(found, client, None(), refreshToken, options);
        return toGrant(await processRefreshTokenResponse(found, client, response), grant);
      }),
    async end({ refreshToken, idToken }) {
      // The page may ask where tokens are got, and nobody else.
      if (
        refreshToken !== undefined &&
        originOf(found.revocation_endpoint) === originOf(found.token_endpoint)
      ) {
        const signal = AbortSignal.timeout(revocationPatienceMs);
        // Its end comes without that too, later.
        await revocationRequest(found, client, None(), refreshToken, { ...options, signal }).catch(() => {});
      }
      if (found.end_session_endpoint === undefined) return undefined;
      return pageOf(found.end_session_endpoint, {
        id_token_hint: idToken,
        client_id: oidc.clientId,
        post_logout_redirect_uri: here,
        // Cognito's name for it: https://docs.aws.amazon.com/cognito/latest/developerguide/logout-endpoint.html
        logout_uri: here,
      });
    },
  };
}

const originOf = (address: string | undefined) => address !== undefined && new URL(address).origin;

const noToken = ({ token, authority }: Oidc) =>
  token === 'id'
    ? `${new URL(authority).host} gave no ID token this time.`
    : `The access token of ${new URL(authority).host} is no JWT: the scope or the audience has to name its API, or the stage takes ID tokens.`;
