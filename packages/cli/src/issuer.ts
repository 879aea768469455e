import { Failed, Unreachable } from './failures.ts';

/** Whom a token is to be for. */
export interface Person {
  readonly user: string;
  readonly tenant: string;
  readonly roles: readonly string[];
  readonly clients?: readonly string[] | undefined;
  /** Like `15m`. @default 1h */
  readonly expiresIn?: string | undefined;
}

/** A token of the local stack's issuer. @throws Failed. */
export async function askIssuer(issuer: string, person: Person): Promise<string> {
  const answer = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(person),
    signal: AbortSignal.timeout(60_000),
  }).catch((cause: unknown) => {
    throw new Unreachable(
      `no issuer answers at ${issuer}: start the local stack with npm run dev, or name another with --issuer`,
      { cause },
    );
  });
  const { token, message } = (await answer.json().catch(() => ({}))) as { token?: string; message?: string };
  if (token === undefined) throw new Failed(message ?? `the issuer answered with status ${answer.status}`);
  return token;
}
