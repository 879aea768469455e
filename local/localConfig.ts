import type { Laptop } from '../lib/settings/laptop.ts';
import type { DeclaredStage } from '../lib/settings/stageConfig.ts';
import { CannotStart } from './cannotStart.ts';
import { readCdkJson } from './cdkJson.ts';

/** A stage's settings that a local run changes. */
export interface SettingsOverrides extends Readonly<Record<string, unknown>> {
  readonly allowedOrigins?: readonly string[];
  readonly limits?: object;
}

export interface LocalConfigOptions extends Laptop {
  /** The folder that holds cdk.json. */
  readonly root: string;
  readonly stage: string;
  readonly settings: SettingsOverrides;
}

/**
 * The stage as cdk.json has it, with what a laptop changes.
 * @throws {CannotStart} naming what is wrong in cdk.json
 */
export async function localConfig({ root, stage, ...laptop }: LocalConfigOptions): Promise<DeclaredStage> {
  const { ConfigurationError, chooseStage } = await import('../lib/settings/stageConfig.ts');
  const { features } = await import('../features/index.ts');
  try {
    return chooseStage(features, readCdkJson(root).context.stages, stage, laptop);
  } catch (error) {
    if (error instanceof ConfigurationError) throw new CannotStart(error.message, { cause: error });
    throw error;
  }
}
