import { Aws } from 'aws-cdk-lib';
import type { Right } from '../core/work/workers.ts';

const variables: Readonly<Record<string, string>> = {
  '{partition}': Aws.PARTITION,
  '{region}': Aws.REGION,
  '{account}': Aws.ACCOUNT_ID,
};

/** A right as a statement of an IAM policy. In ARNs, the names of the partition, Region and account become theirs. */
export function policyStatement({ actions, resources }: Right): { actions: string[]; resources: string[] } {
  const toArn = (resource: string) => resource.replace(/\{\w+\}/g, (name) => variables[name] ?? name);
  return { actions: [...actions], resources: resources.map(toArn) };
}
