import { CfnResource, type Stack } from 'aws-cdk-lib';
import { ConfigurationError } from './settings/stageConfig.ts';

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html */
const maxRoutes = 300;
/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const maxResources = 500;

/** @throws ConfigurationError where an API would have more routes than API Gateway takes. */
export function requireRoutes(count: number): void {
  if (count <= maxRoutes) return;
  throw new ConfigurationError(
    `the features have ${count} routes together, and an API has at most ${maxRoutes} (API Gateway's quota "Routes per API"): leave features out, or give a part of them a stack of their own`,
  );
}

/** Refuses, once all is made, a stack with more resources than CloudFormation takes. */
export function requireResources(stack: Stack): void {
  stack.node.addValidation({
    validate() {
      const { length } = stack.node.findAll().filter(CfnResource.isCfnResource);
      if (length <= maxResources) return [];
      return [
        `the stack has ${length} resources, and CloudFormation takes at most ${maxResources} (its quota "Resources in template"): each action needs two, so leave features out, or give a part of them a stack of their own`,
      ];
    },
  });
}
