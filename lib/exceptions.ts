import { Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Says why a resource is an exception from a rule of AWS's, as cdk-nag has them in `AwsSolutions`. It is the CDK's own
 * metadata, so an app that checks its stacks by these rules finds the reasons, and one that does not needs nothing for it:
 * https://github.com/cdklabs/cdk-nag/blob/main/RULES.md#awssolutions
 *
 * @param rule without the name of the pack, such as `SQS3`
 */
export const exceptFrom = (rule: string, scope: IConstruct, reason: string): void =>
  Validations.of(scope).acknowledge({ id: `AwsSolutions-${rule}`, reason });

export const noAccessLogs =
  'Off by the setting accessLogs of the stage: they need a role of the account. The functions log what they refuse.';

/** Says why a role may do something to whatever matches: the rule counts each resource with a `*` for itself. */
export function exceptWildcards(role: IConstruct, resources: readonly string[], reason: string): void {
  const names = (Stack.of(role).resolve(resources) as readonly unknown[]).map(flat);
  for (const name of names.filter((one) => one.includes('*'))) {
    exceptFrom(`IAM5[Resource::${name}]`, role, reason);
  }
}

/** As cdk-nag writes a value of the template: what is referred to, in angle brackets. */
function flat(value: unknown): string {
  if (typeof value === 'string') return value;
  const {
    Ref: ref,
    'Fn::GetAtt': attribute,
    'Fn::Join': joined,
  } = value as Readonly<Record<string, unknown>>;
  if (typeof ref === 'string') return `<${ref}>`;
  if (Array.isArray(attribute)) return `<${attribute.join('.')}>`;
  const [separator, parts] = joined as [string, unknown[]];
  return parts.map(flat).join(separator);
}
