import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CannotStart } from './cannotStart.ts';
import { isRecord } from './http/httpJson.ts';

/** What is read of an app's cdk.json. */
export interface CdkJson {
  /** The command that runs the CDK app. */
  readonly app: string;
  readonly context: Readonly<Record<string, unknown>>;
}

/**
 * @param root the folder of the app
 * @throws {CannotStart} naming what is wrong in it
 */
export function readCdkJson(root: string): CdkJson {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8'));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CannotStart(`cdk.json cannot be read: ${why}`, { cause });
  }
  const { app = '', context = {} } = isRecord(json) ? json : {};
  if (typeof app !== 'string')
    throw new CannotStart('cdk.json: app must be the command that runs the CDK app.');
  if (!isRecord(context)) throw new CannotStart('cdk.json: context must be an object that holds the stages.');
  return { app, context };
}
