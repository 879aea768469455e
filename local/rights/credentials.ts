import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Those of a role have one. */
  readonly sessionToken?: string;
}

/** Those of the developer, who may do all: programs of the stack and tests have them. */
export const developer: Credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

/** The keys of one stack: a function's is its logical id. Each process and each stack has other secrets. */
export interface Keyring {
  of(functionId: string): Credentials;
  /**
   * Whose key a request names; `undefined` where it names none, or a function's without its session token. Any key that
   * is no function's is the developer's: other programs of this machine come with whatever their SDK finds.
   */
  named(headers: IncomingHttpHeaders): Credentials | undefined;
}

export function keyring(): Keyring {
  const keys = new Map<string, Credentials>();
  return {
    of(functionId) {
      const known = keys.get(functionId);
      if (known) return known;
      const made = {
        accessKeyId: functionId,
        secretAccessKey: randomBytes(30).toString('base64'),
        sessionToken: randomBytes(48).toString('base64'),
      };
      keys.set(functionId, made);
      return made;
    },
    named(headers) {
      const id = keyIdOf(headers.authorization ?? '');
      if (id === '') return undefined;
      const found = keys.get(id);
      if (!found) return developer;
      return found.sessionToken === headers['x-amz-security-token'] ? found : undefined;
    },
  };
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html */
const keyIdOf = (authorization: string): string => /Credential=([^/,\s]+)\//.exec(authorization)?.[1] ?? '';

/** The environment variables by which the SDKs find them. */
export const inEnvironment = ({ accessKeyId, secretAccessKey, sessionToken }: Credentials) => ({
  AWS_ACCESS_KEY_ID: accessKeyId,
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
  ...(sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: sessionToken }),
});
