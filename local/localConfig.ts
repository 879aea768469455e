import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StageConfig } from '../lib/stageConfig.ts';
import { CannotStart } from './cannotStart.ts';
import { isRecord } from './http/httpJson.ts';

/** A stage's settings that a local run changes. */
export interface SettingsOverrides extends Readonly<Record<string, unknown>> {
  readonly allowedOrigins?: readonly string[];
  readonly limits?: object;
}

export interface LocalConfigOptions {
  /** The folder that holds cdk.json. */
  readonly root: string;
  readonly stage: string;
  /** Where the stack runs: its own issuer judges tokens, and its own pages may connect. */
  readonly httpUrl: string;
  readonly settings: SettingsOverrides;
}

/**
 * The stage as cdk.json has it, with what a laptop changes.
 * @throws {CannotStart} naming what is wrong in cdk.json
 */
export async function localConfig({
  root,
  stage,
  httpUrl,
  settings,
}: LocalConfigOptions): Promise<StageConfig> {
  // Loaded here, so that a child that synthesizes afresh sees the files of now.
  const { ConfigurationError, parseStageConfig } = await import('../lib/stageConfig.ts');
  const { features } = await import('../features/index.ts');
  const stages = readStages(join(root, 'cdk.json'));
  const input = stages[stage];
  if (!isRecord(input)) {
    const names = Object.keys(stages).join(', ') || 'none';
    throw new CannotStart(`cdk.json has no stage "${stage}" under context.stages. It has: ${names}.`);
  }
  const own = [httpUrl, httpUrl.replace('127.0.0.1', 'localhost')];
  const origins =
    settings.allowedOrigins ?? (Array.isArray(input.allowedOrigins) ? input.allowedOrigins : []);
  const local = {
    ...input,
    allowQueryToken: true,
    ...(Object.assign({}, ...features.map(({ settings: part }) => part?.withoutAws?.(input))) as object),
    ...settings,
    limits: { ...(isRecord(input.limits) ? input.limits : {}), ...settings.limits },
    allowedOrigins: [...origins, ...own],
    tokens: { issuer: `${httpUrl}/issuer`, audience: 'tidings', jwksUrl: `${httpUrl}/issuer/jwks` },
    // Nothing here is worth protecting, and a stage that is protected may not have completions.
    deletionProtection: false,
  };
  try {
    return parseStageConfig(features, stage, local, `cdk.json: context.stages.${stage}`);
  } catch (error) {
    if (error instanceof ConfigurationError) throw new CannotStart(error.message, { cause: error });
    throw error;
  }
}

function readStages(file: string): Record<string, unknown> {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new CannotStart(
      `cdk.json cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      {
        cause,
      },
    );
  }
  const context = isRecord(json) ? json.context : undefined;
  const stages = isRecord(context) ? context.stages : undefined;
  if (!isRecord(stages))
    throw new CannotStart('cdk.json must hold the stages as an object under context.stages.');
  return stages;
}
