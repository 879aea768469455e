import { type AwsPlace, awsFailure } from '../../packages/cli/src/deployed/awsFailure.ts';
import { deployedStack, hasStood } from '../../packages/cli/src/deployed/deployedStack.ts';
import { toolkit } from '../deploying/callerAccount.ts';
import type { Account } from './checks.ts';

/** An account of AWS, asked with the credentials of whoever runs this. Each client is loaded when it is needed. */
export function awsAccount(place: AwsPlace): Account {
  const asking = async <T>(doing: string, ask: () => Promise<T>): Promise<T> => {
    try {
      return await ask();
    } catch (error) {
      throw awsFailure(error, doing, place);
    }
  };
  return {
    async bootstrapVersion() {
      if (!(await hasStood(toolkit, place))) return undefined;
      const version = (await deployedStack({ stack: toolkit, ...place })).optionalOutput('BootstrapVersion');
      return version === undefined ? undefined : Number(version);
    },
    concurrency: () =>
      asking("read Lambda's limits", async () => {
        const { GetAccountSettingsCommand, LambdaClient } = await import('@aws-sdk/client-lambda');
        const { AccountLimit } = await new LambdaClient(place).send(new GetAccountSettingsCommand({}));
        return AccountLimit?.ConcurrentExecutions ?? 0;
      }),
    apiGateway: () =>
      asking("read API Gateway's settings of the account", async () => {
        const { APIGatewayClient, GetAccountCommand } = await import('@aws-sdk/client-api-gateway');
        const { cloudwatchRoleArn: logRoleArn, throttleSettings } = await new APIGatewayClient(place).send(
          new GetAccountCommand({}),
        );
        const requestsPerSecond = throttleSettings?.rateLimit;
        return {
          ...(logRoleArn !== undefined && { logRoleArn }),
          ...(requestsPerSecond !== undefined && { requestsPerSecond }),
        };
      }),
    isAvailable: (modelId) =>
      asking(`ask whether ${modelId} can be used`, async () => {
        const { BedrockClient, GetFoundationModelAvailabilityCommand } = await import(
          '@aws-sdk/client-bedrock'
        );
        const found = await new BedrockClient(place)
          .send(new GetFoundationModelAvailabilityCommand({ modelId }))
          .catch((error: Error) => {
            // A model that the Region does not know is none that can be used.
            if (error.name === 'ResourceNotFoundException' || error.name === 'ValidationException')
              return undefined;
            throw error;
          });
        return (
          found?.authorizationStatus === 'AUTHORIZED' &&
          found.entitlementAvailability === 'AVAILABLE' &&
          found.regionAvailability === 'AVAILABLE'
        );
      }),
  };
}
