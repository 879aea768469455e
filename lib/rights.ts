import { Aws } from 'aws-cdk-lib';
import type { Right } from '../core/work/workers.ts';

const variables: Readonly<Record<string, string>> = {
  '{partition}': Aws.PARTITION,
  '{region}': Aws.REGION,
  '{account}': Aws.ACCOUNT_ID,
};

/** A right as a statement of a policy. */
export function placed({ actions, resources }: Right): { actions: string[]; resources: string[] } {
  const at = (resource: string) => resource.replace(/\{\w+\}/g, (name) => variables[name] ?? name);
  return { actions: [...actions], resources: resources.map(at) };
}
