import { Failed, NoAccess, Unreachable } from '../failures.ts';

/** Where requests go, as every client of the SDK takes it: what is absent is found as the AWS CLI finds it. */
export interface AwsPlace {
  readonly region?: string;
  readonly profile?: string;
}

const withoutCredentials = /^(CredentialsProviderError|TokenProviderError)$/;
const badCredentials =
  /^(ExpiredToken(Exception)?|InvalidClientTokenId|UnrecognizedClientException|InvalidSignatureException|SignatureDoesNotMatch|AuthFailure|InvalidAccessKeyId)$/;
const withoutRight = /^(AccessDenied(Exception)?|UnauthorizedOperation|NotAuthorized)$/;
const withoutNetwork = /^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)$/;

/**
 * What the SDK threw, as a sentence that says what to do.
 *
 * @param doing what was being done, after "cannot": `read the stack Tidings-dev`
 */
export function awsFailure(error: unknown, doing: string, { profile }: AwsPlace = {}): Failed {
  const { name = '', message = '', code = '' } = error as { name?: string; message?: string; code?: string };
  const because = (why: string) => new Failed(`cannot ${doing}: ${why}`, { cause: error });
  const noAccess = (why: string) => new NoAccess(`cannot ${doing}: ${why}`, { cause: error });
  if (withoutCredentials.test(name)) {
    const sought = profile === undefined ? '' : ` in the profile ${profile}`;
    return noAccess(
      `there are no credentials of AWS${sought}: sign in as for the AWS CLI (aws sso login, AWS_PROFILE), or name a profile with --profile`,
    );
  }
  if (/^Region is missing/.test(message))
    return noAccess('there is no Region: give --region, or set AWS_REGION');
  if (badCredentials.test(name))
    return noAccess(`AWS refuses the credentials (${name}): they may have expired, so sign in again`);
  if (withoutRight.test(name)) return noAccess(`the credentials lack a right: ${message}`);
  if (withoutNetwork.test(code)) {
    return new Unreachable(
      `cannot ${doing}: AWS is not reachable (${code}): check the network and the Region`,
      {
        cause: error,
      },
    );
  }
  return because(name === '' || name === 'Error' ? message || String(error) : `${name}: ${message}`);
}
