import { Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { DeclaredStage } from './settings/stageConfig.ts';

/**
 * The names of stacks that are deployed for the first time, joined by commas. `npm run deploy` sets it
 * (scripts/deploying/deploySteps.ts), and deploys once more without it.
 */
const firstKey = 'tidings:first';

/**
 * Whether what holds data is to be protected from deletion now. Not in a stack's first deployment: should it fail,
 * CloudFormation has to delete what it made of it, and could not.
 */
export function isProtected(scope: IConstruct, { deletionProtection }: DeclaredStage): boolean {
  const first = String(scope.node.tryGetContext(firstKey) ?? '').split(',');
  return deletionProtection && !first.includes(Stack.of(scope).stackName);
}
