import { isRecord } from '../http/httpJson.ts';
import { functionOf, type Item, type Resources } from './readResources.ts';
import { idOfArn } from './template.ts';

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
    action: item.text('Action'),
    principal: item.text('Principal'),
    source: item.maybeText('SourceArn'),
  }));
  return (functionId, principal, sourceArn) =>
    permissions.some(
      (permission) =>
        permission.functionId === functionId &&
        permission.principal === principal &&
        matches('lambda:InvokeFunction', permission.action) &&
        (permission.source === undefined || matches(sourceArn, permission.source)),
    );
}

/** Whether the function's own role may do something with a resource; `*` where an action knows no resource. */
export type HasRight = (fn: Item, action: string, resource: string) => boolean;

/**
 * Reads the statements of the roles' policies. Lambda polls a queue or a stream with the function's role and refuses
 * the mapping without the rights for it (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html).
 */
export function readRights(resources: Resources): HasRight {
  const policies = resources.ofType('AWS::IAM::Policy').map((policy) => ({
    roles: policy.list('Roles').map(String),
    statements: () => asList(policy.record('PolicyDocument').Statement).filter(isRecord),
  }));
  const inline = resources.ofType('AWS::IAM::Role').map((role) => ({
    roles: [role.id],
    statements: () =>
      role
        .list('Policies')
        .filter(isRecord)
        .flatMap(({ PolicyDocument }) => (isRecord(PolicyDocument) ? asList(PolicyDocument.Statement) : []))
        .filter(isRecord),
  }));
  return (fn, action, resource) => {
    const role = idOfArn(fn.text('Role'));
    return [...policies, ...inline]
      .filter(({ roles }) => role !== undefined && roles.includes(role))
      .flatMap(({ statements }) => statements())
      .some(
        (statement) =>
          statement.Effect === 'Allow' &&
          asList(statement.Action).some((pattern) => matches(action, String(pattern))) &&
          asList(statement.Resource).some((pattern) => matches(resource, String(pattern))),
      );
  };
}

/** `*` stands for any text and `?` for one character, as in a policy. */
function matches(text: string, pattern: string): boolean {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`).test(text);
}

function asList(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}
