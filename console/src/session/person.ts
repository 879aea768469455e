/** Who looks, on a laptop: the stack's issuer gives a token for whoever is named. */
export interface Person {
  readonly user: string;
  readonly tenant: string;
  readonly roles: readonly string[];
  /** The clients of a client's user. */
  readonly clients?: readonly string[];
}

/** Who is suggested where nobody has been yet: one of each kind. */
export const examplePeople: readonly Person[] = [
  { user: 'ada', tenant: 'acme-msp', roles: ['admin', 'msp'] },
  { user: 'sam', tenant: 'acme-msp', roles: ['msp'] },
  { user: 'carla', tenant: 'acme-msp', roles: ['client'], clients: ['acme'] },
];

/** Roles that every app has. An app may have more. */
export const usualRoles = ['admin', 'msp', 'client', 'service'] as const;

/** A list as somebody types it: with commas or spaces between. */
export const listed = (text: string): string[] => text.split(/[\s,]+/).filter((name) => name !== '');

/** Who a token names, as far as it says so in the usual claims. Nothing is verified: the server does that. */
export function personOfToken(token: string): Partial<Person> & { readonly expiresAt?: number } {
  const [, body = ''] = token.split('.');
  try {
    const bytes = Uint8Array.from(atob(body.replaceAll('-', '+').replaceAll('_', '/')), (letter) =>
      letter.charCodeAt(0),
    );
    const claims = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
    const { sub, exp } = claims;
    const tenant = claims.tenant ?? claims['custom:tenant'];
    const roles = claims.roles ?? claims['cognito:groups'];
    return {
      ...(typeof sub === 'string' && { user: sub }),
      ...(typeof tenant === 'string' && { tenant }),
      ...(Array.isArray(roles) && { roles: roles.map(String) }),
      ...(typeof exp === 'number' && { expiresAt: exp * 1_000 }),
    };
  } catch {
    return {};
  }
}

/** @throws Error where a token is another person's than the one whose place it takes: what is on the page is that one's */
export function requireSamePerson(before: string, next: string): void {
  const [own, other] = [personOfToken(before), personOfToken(next)];
  if (own.user === other.user && own.tenant === other.tenant) return;
  const named = ({ user = 'nobody', tenant }: Partial<Person>) => `${user}’s${tenant ? ` of ${tenant}` : ''}`;
  throw new Error(
    `This token is ${named(other)}, not ${named(own)}: to go on as ${other.user ?? 'nobody'}, close this and choose Somebody else.`,
  );
}

/** Whether a text could be a token at all: three parts, as a JWT has. */
export const looksLikeToken = (text: string): boolean => /^[\w-]+\.[\w-]+\.[\w-]+$/.test(text);
