import { type Stack, Token } from 'aws-cdk-lib';
import type { Feature } from '../../core/feature.ts';
import { ConfigurationError, type StageConfig } from './stageConfig.ts';

/**
 * Refuses settings of features that cannot work in the Region of a stack, where that is known: the CDK's command line
 * tells that of the credentials.
 *
 * @throws ConfigurationError
 */
export function requireRegion(
  { region }: Pick<Stack, 'region'>,
  features: readonly Feature[],
  { settings }: StageConfig,
): void {
  const known = Token.isUnresolved(region) ? process.env.CDK_DEFAULT_REGION : region;
  if (!known) return;
  const problems = features.flatMap(({ settings: part }) => part?.inRegion?.({ ...settings }, known) ?? []);
  if (problems.length === 0) return;
  throw new ConfigurationError(
    problems.map((problem) => `cdk.json: context.stages.${settings.stage}.${problem}`).join('; '),
  );
}
