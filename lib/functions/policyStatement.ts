import { Aws } from 'aws-cdk-lib';
import type { PolicyStatementProps } from 'aws-cdk-lib/aws-iam';
import type { Right } from '../../core/work/workers.ts';

const variables: Readonly<Record<string, string>> = {
  '{partition}': Aws.PARTITION,
  '{region}': Aws.REGION,
  '{account}': Aws.ACCOUNT_ID,
};

export interface PatternStatement extends PolicyStatementProps {
  /** Why, if one of the resources is a pattern. */
  readonly why?: string;
}

/** A right as a statement of an IAM policy. In ARNs, the names of the partition, Region and account become theirs. */
export function policyStatement({ actions, resources, conditions, ...why }: Right): PatternStatement {
  const toArn = (resource: string) => resource.replace(/\{\w+\}/g, (name) => variables[name] ?? name);
  const conditioned = Object.entries(conditions ?? {}).map(([operator, byKey]) => [
    operator,
    Object.fromEntries(Object.entries(byKey).map(([key, value]) => [key, toArn(value)])),
  ]);
  return {
    ...why,
    actions: [...actions],
    resources: resources.map(toArn),
    ...(conditions && { conditions: Object.fromEntries(conditioned) }),
  };
}
