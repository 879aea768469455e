import { exportJWK, generateKeyPair } from 'jose';
import Provider from 'oidc-provider';
import { serveAt } from './serveAt.ts';

/** What a provider writes into its tokens beside the standard's claims. */
type Claims = Readonly<Record<string, unknown>>;

/**
 * A real OpenID provider on this machine, which gives a service tokens by its own token endpoint.
 *
 * @param audience the `aud` of its tokens
 * @param claims what else is in them
 */
export async function startOpenidProvider(audience: string, claims: () => Claims) {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const key = { ...(await exportJWK(privateKey)), alg: 'RS256', use: 'sig', kid: 'first' };
  const resource = { scope: '', audience, accessTokenFormat: 'jwt', accessTokenTTL: 3_600 };
  const service = { client_id: 'crm', client_secret: 'a secret', grant_types: ['client_credentials'] };
  const { url, close } = await serveAt(async (issuer) => {
    const configuration = {
      jwks: { keys: [key] },
      clients: [{ ...service, redirect_uris: [], response_types: [] }],
      ttl: { ClientCredentials: 3_600 },
      extraTokenClaims: claims,
      features: {
        devInteractions: { enabled: false },
        clientCredentials: { enabled: true },
        resourceIndicators: {
          enabled: true,
          defaultResource: () => 'https://tidings.example.com',
          getResourceServerInfo: () => resource,
        },
      },
    };
    return new Provider(issuer, configuration).callback();
  });
  const credentials = Buffer.from(`${service.client_id}:${service.client_secret}`).toString('base64');
  return {
    issuer: url,
    close,
    async token(): Promise<string> {
      const answer = await fetch(`${url}/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${credentials}` },
        body: new URLSearchParams({ grant_type: 'client_credentials' }),
      });
      return ((await answer.json()) as { access_token: string }).access_token;
    },
  };
}
