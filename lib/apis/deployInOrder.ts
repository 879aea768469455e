import { createHash } from 'node:crypto';
import { CfnResource, Lazy, Stack } from 'aws-cdk-lib';
import { CfnDeployment, type CfnStage } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Construct } from 'constructs';

const prefix = 'AWS::ApiGatewayV2::';
/** What an API is made of, each after what it names. */
const order = ['Authorizer', 'Integration', 'IntegrationResponse', 'Route', 'RouteResponse'];
const rank = ({ cfnResourceType }: CfnResource) => order.indexOf(cfnResourceType.replace(prefix, ''));

/**
 * Makes the parts of an API one after another, and deploys all of them to its stage at once.
 *
 * CloudFormation makes what does not depend on each other in parallel. API Gateway answers some of such calls with 409
 * "Unable to complete operation due to concurrent modification"
 * (https://github.com/hashicorp/terraform-provider-aws/issues/18018), and so it may to what a stage that deploys by
 * itself does meanwhile.
 *
 * @param scope has one API below it, complete
 */
export function deployInOrder(scope: Construct, apiId: string, stage: CfnStage): void {
  const parts = scope.node
    .findAll()
    .filter((child): child is CfnResource => CfnResource.isCfnResource(child) && rank(child) >= 0)
    .toSorted((a, b) => rank(a) - rank(b));
  const deployment = new CfnDeployment(scope, 'Deployment', { apiId });
  for (const [at, part] of [...parts, deployment].entries()) {
    const before = parts[at - 1];
    if (before) part.addResourceDependency(before);
  }
  // A deployment is a copy, and cannot be changed: what it holds is in its name, so that another API makes another one.
  const id = Stack.of(scope).getLogicalId(deployment);
  deployment.overrideLogicalId(Lazy.uncachedString({ produce: () => id + digestOf(parts) }));
  stage.autoDeploy = undefined;
  stage.deploymentId = deployment.ref;
}

/** Of all that the parts say in the template. */
function digestOf(parts: readonly CfnResource[]): string {
  const said = parts.map((part) => {
    // As the CDK does for REST APIs, whose deployments it names by what they hold.
    const { _toCloudFormation: inTemplate } = part as unknown as { _toCloudFormation(): object };
    return Stack.of(part).resolve(inTemplate.call(part));
  });
  return createHash('sha256').update(JSON.stringify(said)).digest('hex').slice(0, 8).toUpperCase();
}
