import { type Credentials, inEnvironment } from '../rights/credentials.ts';
import { account } from '../template/template.ts';

/**
 * What the AWS SDKs look for in an environment, with the local stack's addresses. With credentials that only the local
 * stack knows: by them it sees which function asks, and real ones must not be used by accident.
 */
export function sdkEnvironment(
  endpoints: { dynamodb?: string; aws: string },
  credentials: Credentials,
): Record<string, string> {
  return {
    AWS_REGION: account.region,
    AWS_DEFAULT_REGION: account.region,
    ...inEnvironment(credentials),
    AWS_EC2_METADATA_DISABLED: 'true',
    ...(endpoints.dynamodb === undefined ? {} : { AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb }),
    AWS_ENDPOINT_URL_SQS: endpoints.aws,
    AWS_ENDPOINT_URL_EVENTBRIDGE: endpoints.aws,
    AWS_ENDPOINT_URL_BEDROCK_RUNTIME: endpoints.aws,
    AWS_ENDPOINT_URL_TRANSLATE: endpoints.aws,
  };
}
