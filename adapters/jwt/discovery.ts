import { isSecureAddress } from './secureAddress.ts';

/** Where an issuer says where its keys are: https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfigurationRequest */
export const discoveryUrl = (issuer: string) =>
  `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;

/**
 * Reads the address of the keys out of an issuer's configuration. Whoever could answer in the issuer's name could
 * have its own keys believed, so the configuration must name the issuer to the letter:
 * https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfigurationValidation
 *
 * @throws Error where it is the configuration of another issuer, or names no keys
 */
export function keysAddress(configuration: unknown, issuer: string): string {
  const { issuer: named, jwks_uri: jwksUrl } = Object(configuration) as Record<string, unknown>;
  if (named !== issuer) {
    const said = typeof named === 'string' ? JSON.stringify(named.slice(0, 200)) : 'none';
    throw new Error(
      `${discoveryUrl(issuer)} is of another issuer: tokens.issuer is ${issuer}, and it names ${said}; write the one that stands in the tokens (iss), to the letter`,
    );
  }
  if (typeof jwksUrl !== 'string' || !isSecureAddress(jwksUrl)) {
    throw new Error(`${discoveryUrl(issuer)} names no jwks_uri that begins with https://`);
  }
  return jwksUrl;
}
