import type { Quotas } from '@tidings/gateway';
import { engineRoot } from '../lib/functions/appCode.ts';
import type { LocalConfigOptions, SettingsOverrides } from './localConfig.ts';
import type { Template } from './template/template.ts';

export interface LocalStackOptions {
  /**
   * The folder of the app that is run.
   *
   * @default this repository's
   */
  readonly root?: string;
  /** 0 takes any that is free. */
  readonly port: number;
  /** Where rows and the issuer's key are kept. @default nothing is kept */
  readonly dataDir?: string;
  /** The memory adapters in the place of an engine. @default false */
  readonly memory?: boolean;
  /** Whether a partition of the table takes only the units a second that it takes on AWS. Needs an engine. @default false */
  readonly strict?: boolean;
  /** Whether senders get `fanout.complete` frames. @default what cdk.json says */
  readonly completions?: boolean;
  /** Whether changed source files are loaded at once. @default false */
  readonly watch?: boolean;
  /** @default dev */
  readonly stage?: string;
  /** Whose tokens are taken: those of the stack's own issuer, or of whom the stage names. @default local */
  readonly tokens?: 'local' | 'stage';
  readonly settings?: SettingsOverrides;
  /** Changes the template before it is run, to see what a mistake in it would do. @default it is run as it is */
  readonly changeTemplate?: (template: Template) => Template;
  /** Quotas of API Gateway that differ from AWS's own. */
  readonly quotas?: Partial<Quotas>;
  /** How many invocations of a function run at the same time; others wait for the machine. @default 8 */
  readonly atOnce?: number;
  /** How many executions the account has, of all functions together; more are refused. @default 1,000, a grown account's */
  readonly concurrency?: number;
  /** Gets whole lines, never a token or a message. @default standard error */
  readonly log?: (text: string) => void;
}

/** What was chosen for a stack, with what is usual for the rest. */
export interface ChosenOptions extends LocalStackOptions {
  readonly root: string;
  readonly stage: string;
  readonly tokens: 'local' | 'stage';
  readonly log: (text: string) => void;
}

export const withDefaults = (options: LocalStackOptions): ChosenOptions => ({
  ...options,
  root: options.root ?? engineRoot,
  stage: options.stage ?? 'dev',
  tokens: options.tokens ?? 'local',
  log: options.log ?? ((text) => console.error(text)),
});

/** What the template is made of. */
export function configOf(
  { root, stage, tokens, settings, completions }: ChosenOptions,
  httpUrl: string,
): LocalConfigOptions {
  const changed = { ...settings, ...(completions === undefined ? {} : { completions }) };
  return { root, stage, httpUrl, tokens, settings: changed };
}
