/**
 * Tokens as five providers document them. What a token says besides is there on purpose: none of it may matter.
 *
 * - https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html
 * - https://auth0.com/docs/secure/tokens/access-tokens/access-token-profiles
 * - https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
 * - https://www.keycloak.org/docs/latest/server_admin/#_audience
 * - https://developer.okta.com/docs/api/openapi/okta-oauth/guides/overview/
 */
export interface ProviderTokens {
  /** Where its configuration says that the keys are. */
  readonly jwksUrl: string;
  /** Of a user of the staff, each with the `typ` of its header. */
  readonly tokens: Readonly<Record<'access' | 'id', { readonly typ?: string; readonly claims: object }>>;
  /** Who both are of. */
  readonly user: { readonly tenant: string; readonly clients: readonly string[] };
}

const cognito = 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Ab12Cd34E';
const cognitoUser = {
  iss: cognito,
  sub: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
  'cognito:groups': ['support-team', 'client', 'eu-central-1_Ab12Cd34E_Google'],
  'custom:tenant': 'acme',
  'custom:client_ids': 'globex, initech',
  origin_jti: 'aaaaaaaa-bbbb-cccc-dddd-000000000001',
  event_id: 'aaaaaaaa-bbbb-cccc-dddd-000000000002',
  jti: 'aaaaaaaa-bbbb-cccc-dddd-000000000003',
};

const auth0User = {
  iss: 'https://acme.eu.auth0.com/',
  sub: 'auth0|6553da60a54af58e29493993',
  org_id: 'org_9ybsU1dN2dKfDkBi',
  'https://tidings.example.com/roles': ['Support Team', 'client'],
  'https://tidings.example.com/client_ids': ['globex', 'initech'],
};

const directory = '11111111-2222-3333-4444-555555555555';
const entraUser = {
  iss: `https://login.microsoftonline.com/${directory}/v2.0`,
  aud: '6e74172b-be56-4843-9ff4-e66a39bb12e3',
  sub: 'AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ',
  oid: '00000000-0000-0000-66f3-3332eca7ea81',
  tid: directory,
  roles: ['Support.Agent', 'Client.User'],
  'extn.client_ids': ['globex', 'initech'],
  ver: '2.0',
  uti: 'fqiBqXLPj0eQa82S-IYFAA',
  rh: '0.AAAA',
};

const keycloak = 'https://keycloak.example.com/realms/acme';
const keycloakUser = {
  iss: keycloak,
  sub: '36fa0f91-f94d-4a0c-afed-6b7d952e47da',
  azp: 'tidings',
  sid: '2a88c258-f73a-4103-b862-e1fbd8f4e04e',
  acr: '1',
  realm_access: { roles: ['offline_access', 'default-roles-acme', 'support-team', 'client', 'admin'] },
  resource_access: { account: { roles: ['manage-account', 'view-profile'] } },
  tenant: 'acme',
  client_ids: ['globex', 'initech'],
  preferred_username: 'sam',
};

const okta = 'https://acme.okta.com/oauth2/default';
const oktaUser = {
  ver: 1,
  iss: okta,
  groups: ['Everyone', 'Support Team', 'client'],
  tenant: 'acme',
  client_ids: ['globex', 'initech'],
};

const clients = ['globex', 'initech'];

export const providerTokens: Readonly<Record<string, ProviderTokens>> = {
  cognito: {
    jwksUrl: `${cognito}/.well-known/jwks.json`,
    user: { tenant: 'acme', clients },
    tokens: {
      access: {
        claims: {
          ...cognitoUser,
          token_use: 'access',
          client_id: '1h57kf5cpq17m0eml12EXAMPLE',
          username: 'sam',
          version: 2,
          scope: 'openid profile aws.cognito.signin.user.admin',
        },
      },
      id: {
        claims: {
          ...cognitoUser,
          token_use: 'id',
          aud: '1h57kf5cpq17m0eml12EXAMPLE',
          'cognito:username': 'sam',
          email_verified: true,
        },
      },
    },
  },
  auth0: {
    jwksUrl: 'https://acme.eu.auth0.com/.well-known/jwks.json',
    user: { tenant: 'org_9ybsU1dN2dKfDkBi', clients },
    tokens: {
      access: {
        typ: 'at+jwt',
        claims: {
          ...auth0User,
          aud: ['https://tidings.example.com', 'https://acme.eu.auth0.com/userinfo'],
          azp: 'K1AUPhZq8mRi0Q0pjhkfu1D7y6KjDQja',
          scope: 'openid profile',
          permissions: ['read:all'],
        },
      },
      id: {
        typ: 'JWT',
        claims: { ...auth0User, aud: 'K1AUPhZq8mRi0Q0pjhkfu1D7y6KjDQja', nickname: 'sam', nonce: 'n' },
      },
    },
  },
  entra: {
    jwksUrl: `https://login.microsoftonline.com/${directory}/discovery/v2.0/keys`,
    user: { tenant: directory, clients },
    tokens: {
      access: {
        typ: 'JWT',
        claims: {
          ...entraUser,
          azp: '0e5e4b6a-1111-2222-3333-444444444444',
          azpacr: '0',
          scp: 'access_as_user',
        },
      },
      id: { typ: 'JWT', claims: { ...entraUser, nonce: 'n', preferred_username: 'sam@example.com' } },
    },
  },
  keycloak: {
    jwksUrl: `${keycloak}/protocol/openid-connect/certs`,
    user: { tenant: 'acme', clients },
    tokens: {
      access: {
        typ: 'JWT',
        claims: {
          ...keycloakUser,
          typ: 'Bearer',
          aud: ['tidings', 'account'],
          'allowed-origins': ['https://app.example.com'],
          scope: 'openid email profile',
        },
      },
      id: { typ: 'JWT', claims: { ...keycloakUser, typ: 'ID', aud: 'tidings', at_hash: 'h' } },
    },
  },
  okta: {
    jwksUrl: `${okta}/v1/keys`,
    user: { tenant: 'acme', clients },
    tokens: {
      access: {
        claims: {
          ...oktaUser,
          jti: 'AT.0mP4JKAZX1iACIT4vbEDF7LpvDVjxypPMf0D7uX39RE',
          aud: 'api://default',
          sub: 'sam@example.com',
          cid: '0oabv6kx4qq6h1U5l0h7',
          uid: '00uid4BxXw6I6TV4m0g3',
          scp: ['openid', 'profile'],
        },
      },
      id: {
        claims: {
          ...oktaUser,
          jti: 'ID.4eAWJOCMB3SX8XewDfVR',
          aud: '0oabv6kx4qq6h1U5l0h7',
          sub: '00uid4BxXw6I6TV4m0g3',
          idp: '00ok1u7AsAkrwdZL3z0g3',
          amr: ['pwd'],
        },
      },
    },
  },
};
