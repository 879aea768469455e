import { type AwsPlace, awsFailure } from '../../packages/cli/src/deployed/awsFailure.ts';

/** The stack that `cdk bootstrap` makes. */
export const toolkit = 'CDKToolkit';

/**
 * The account that the credentials are of, by the ARN of the CDK's own stack: it takes no right that is not needed
 * anyway. Absent where there is no such stack, so that it cannot be told.
 *
 * @throws Failed where AWS cannot be asked
 */
export async function callerAccount(place: AwsPlace): Promise<string | undefined> {
  const { CloudFormationClient, DescribeStacksCommand } = await import('@aws-sdk/client-cloudformation');
  try {
    const { Stacks = [] } = await new CloudFormationClient(place).send(
      new DescribeStacksCommand({ StackName: toolkit }),
    );
    return Stacks[0]?.StackId?.split(':')[4];
  } catch (error) {
    const { name, message } = error as Error;
    if (name === 'ValidationError' && /does not exist/.test(message)) return undefined;
    throw awsFailure(error, 'ask whose account the credentials are of', place);
  }
}
