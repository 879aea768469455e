import type { Feature, Outside } from '../../core/feature.ts';
import type { Settings } from '../../core/settings.ts';
import { ConfigurationError } from '../settings/stageConfig.ts';
import { policyStatement } from './policyStatement.ts';
import type { TidingsFunction } from './tidingsFunction.ts';

/**
 * Gives the functions that run a feature's handlers what it needs of AWS or others: its rights and its variables.
 *
 * @throws ConfigurationError where a variable has a name that is taken or that Lambda refuses
 */
export function giveOutside(
  { name, outside }: Feature,
  settings: Settings,
  functions: readonly TidingsFunction[],
): void {
  for (const each of functions) giveTo(each, `feature ${name}`, outside, settings);
}

/** Gives one function what is needed outside. @throws ConfigurationError as above */
export function giveTo(
  each: TidingsFunction,
  who: string,
  outside: Outside | undefined,
  settings: Settings,
): void {
  const variables = outside?.environment?.(settings) ?? {};
  requireOwnVariables(who, variables);
  each.addEnvironment(variables);
  for (const right of outside?.allow?.(settings) ?? []) each.allow(policyStatement(right));
}

/** A function has variables of ours, and some that Lambda keeps for itself: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
function requireOwnVariables(who: string, environment: Readonly<Record<string, string>>): void {
  const taken =
    /^(SETTINGS|TABLE_NAME|MANAGEMENT_URL|EVENT_BUS_NAME|\w+_QUEUE_URL|AWS_\w+|LAMBDA_\w+|_\w+|TZ)$/;
  const wrong = Object.keys(environment).find((name) => taken.test(name) || !/^[A-Z][A-Z0-9_]+$/.test(name));
  if (wrong === undefined) return;
  throw new ConfigurationError(
    `${who}: ${wrong} cannot be a variable of its own: two or more capitals, digits and _, and none of AWS or the engine`,
  );
}
