import * as z from 'zod/mini';
import { secureUrl, type Tokens } from '../../core/settings.ts';

const text = z.string().check(z.minLength(1));

/** The console's own app at the issuer that a stage names: a public client, by authorization code with PKCE. */
export const consoleSignInSchema = z.object({
  clientId: text,
  /** Below which the issuer’s `/.well-known/openid-configuration` is. @default `tokens.issuer` */
  authority: z.optional(secureUrl),
  /** With spaces between, as it is asked for. With `openid` comes an ID token, which holds the nonce. */
  scope: z._default(
    z.string().check(z.regex(/(^| )openid( |$)/, 'must be names with spaces between, openid among them')),
    'openid',
  ),
  /** Which of the two is sent to the stage. @default `tokens.tokenUse`, or else `access` */
  token: z.optional(z.enum(['access', 'id'])),
  /** What the access token is to be for, where the issuer asks for it by this name (Auth0). */
  audience: z.optional(text),
  /** Where tokens are fetched, if not at the authority’s origin: the page may ask nobody else. */
  tokenOrigin: z.optional(
    z
      .string()
      .check(
        z.regex(
          /^(?:https:\/\/|http:\/\/(?:127\.0\.0\.1|localhost):)[^/?#\s*;,]+$/,
          'must be an origin, such as https://login.acme.test',
        ),
      ),
  ),
});

/** Whether a stage has the console, and how one signs in there if not to the stack’s own user pool. */
export const consoleSchema = z._default(
  z.union([z.boolean(), consoleSignInSchema], {
    error({ errors = [] }) {
      const [inside] = errors.flat().filter(({ path }) => path.length > 0);
      return inside
        ? `${inside.path.join('.')} ${inside.message}`
        : 'must be true, false or { "clientId": "…" }';
    },
  }),
  false,
);

export type ConsoleSignIn = z.output<typeof consoleSignInSchema>;

/** Which of the two tokens the stage gets of the console. */
const tokenOf = ({ token }: ConsoleSignIn, { tokenUse }: Pick<Tokens, 'tokenUse'>) =>
  token ?? tokenUse ?? 'access';

/** Whether the stage takes what the console would send: an ID token is for the app that asked for it, and no other. */
export const takesTokensOf = (
  signIn: ConsoleSignIn,
  tokens: Pick<Tokens, 'audience' | 'tokenUse'>,
): boolean => tokenOf(signIn, tokens) !== 'id' || [tokens.audience].flat().includes(signIn.clientId);

/** What `console.json` says of signing in. */
export interface Oidc {
  readonly authority: string;
  readonly clientId: string;
  readonly scope: string;
  /** Which of the two the stage takes. */
  readonly token: 'access' | 'id';
  readonly audience?: string;
}

/** How one signs in, and whom the page has to ask for it. */
export interface SignInAt {
  readonly oidc: Oidc;
  /** What the page’s policy lets it ask: origins, or whole addresses. */
  readonly asks: readonly string[];
}

/** How one signs in to the console at the issuer that a stage names. */
export function signInAt(signIn: ConsoleSignIn, tokens: Pick<Tokens, 'issuer' | 'tokenUse'>): SignInAt {
  const { clientId, scope, audience, tokenOrigin, authority = tokens.issuer } = signIn;
  const token = tokenOf(signIn, tokens);
  return {
    oidc: { authority, clientId, scope, token, ...(audience !== undefined && { audience }) },
    asks: [...new Set([new URL(authority).origin, ...(tokenOrigin === undefined ? [] : [tokenOrigin])])],
  };
}
