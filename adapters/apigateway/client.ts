import { ApiGatewayManagementApiClient } from '@aws-sdk/client-apigatewaymanagementapi';
import { requestsWithin } from '../requests.ts';

export interface ManagementSettings {
  /** `https://{api}.execute-api.{region}.amazonaws.com/{stage}`, or the same on a laptop. */
  readonly endpoint: string;
  readonly region?: string;
  /** @default the SDK's own search: in a function, the role's */
  readonly credentials?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
}

/** A client as this project uses it. Make one an execution environment. */
export function apiGatewayClient(settings: ManagementSettings): ApiGatewayManagementApiClient {
  return new ApiGatewayManagementApiClient({
    ...settings,
    // The SDK would try three times after a 429, for over 2 s, while the rest of an audience waits.
    maxAttempts: 1,
    requestHandler: requestsWithin(5_000),
  });
}
