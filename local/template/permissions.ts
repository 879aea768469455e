import { pattern } from '../rights/statement.ts';
import { functionOf, type Resources } from './readResources.ts';

/** Whether a service may invoke a function on behalf of a source. */
export type HasPermission = (functionId: string, principal: string, sourceArn: string) => boolean;

/**
 * Reads `AWS::Lambda::Permission`. API Gateway and EventBridge need one; without it AWS refuses the call
 * (https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html).
 */
export function readInvokePermissions(resources: Resources): HasPermission {
  const permissions = resources.ofType('AWS::Lambda::Permission').map((item) => ({
    functionId: /^[A-Za-z0-9]+$/.test(item.text('FunctionName'))
      ? item.text('FunctionName')
      : functionOf(item.text('FunctionName'), item.id),
    action: pattern(item.text('Action')),
    principal: item.text('Principal'),
    source: pattern(item.maybeText('SourceArn') ?? '*'),
  }));
  return (functionId, principal, sourceArn) =>
    permissions.some(
      (permission) =>
        permission.functionId === functionId &&
        permission.principal === principal &&
        permission.action.matches('lambda:InvokeFunction') &&
        permission.source.matches(sourceArn),
    );
}
