import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Freezer } from '../functions/freezer.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Those of a role have one. */
  readonly sessionToken?: string;
}

/** Those of the developer, who may do all: programs of the stack and tests have them. */
export const developer: Credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

/** Whose a request is, by the key that it names. */
export interface Named {
  /** Absent: the developer's. */
  readonly functionId?: string;
  readonly credentials: Credentials;
  /** The execution environment that has the key. */
  readonly environment?: Freezer;
}

/**
 * The keys of one stack. Each execution environment has its own, as on AWS: by it a service sees which function asks, and
 * whether the environment still runs. Each process and each stack has other secrets.
 */
export interface Keyring {
  issue(functionId: string, environment: Freezer): Credentials;
  /**
   * Whose key a request names; `undefined` where it names none, or that of an environment that is gone, or without its
   * session token. Any key that is no function's is the developer's: other programs of this machine come with whatever
   * their SDK finds.
   */
  named(headers: IncomingHttpHeaders): Named | undefined;
}

export function keyring(): Keyring {
  const keys = new Map<string, Named>();
  const keyIdOf = keyIds();
  const ours = `.${randomBytes(6).toString('hex')}.`;
  let issued = 0;
  return {
    issue(functionId, environment) {
      const credentials = {
        accessKeyId: `${functionId}${ours}${++issued}`,
        secretAccessKey: randomBytes(30).toString('base64'),
        sessionToken: randomBytes(48).toString('base64'),
      };
      keys.set(credentials.accessKeyId, { functionId, credentials, environment });
      environment.onEnd(() => keys.delete(credentials.accessKeyId));
      return credentials;
    },
    named(headers) {
      const id = keyIdOf(headers.authorization ?? '');
      if (id === '') return undefined;
      const found = keys.get(id);
      if (!found) return id.includes(ours) ? undefined : { credentials: developer };
      return found.credentials.sessionToken === headers['x-amz-security-token'] ? found : undefined;
    },
  };
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html */
const keyForm = /Credential=([^/,\s]+)\//;

/** What reads the key's id; one key's requests come one after the other, so the last one is remembered. */
function keyIds(): (authorization: string) => string {
  let last: { readonly beginning: string; readonly id: string } | undefined;
  return (authorization) => {
    if (last && authorization.startsWith(last.beginning)) return last.id;
    const found = keyForm.exec(authorization);
    if (!found) return '';
    const [text, id = ''] = found;
    last = { beginning: authorization.slice(0, found.index + text.length), id };
    return id;
  };
}

/** The environment variables by which the SDKs find them. */
export const inEnvironment = ({ accessKeyId, secretAccessKey, sessionToken }: Credentials) => ({
  AWS_ACCESS_KEY_ID: accessKeyId,
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
  ...(sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: sessionToken }),
});
