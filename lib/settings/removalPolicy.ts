import { RemovalPolicy } from 'aws-cdk-lib';
import type { DeclaredStage } from './stageConfig.ts';

/**
 * What becomes of data when the stack is deleted. What is kept is not kept of a stack whose first deployment failed:
 * it would be in the way of the next one.
 */
export const removalPolicyOf = ({ deletionProtection }: DeclaredStage): RemovalPolicy =>
  deletionProtection ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY;
