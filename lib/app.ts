import { createRequire } from 'node:module';
import { App, Stack } from 'aws-cdk-lib';
import { BUNDLING_STACKS } from 'aws-cdk-lib/cx-api';
import type { Feature } from '../core/feature.ts';
import { engineRoot } from './functions/appCode.ts';
import type { DeclaredStage } from './settings/stageConfig.ts';
import { Tidings } from './tidings.ts';

/** What `cdk init` writes into a new app's cdk.json. Node 20 warns of an import of JSON. */
const recommendedFlags = createRequire(import.meta.url)(
  'aws-cdk-lib/recommended-feature-flags.json',
) as Readonly<Record<string, unknown>>;

export interface AppOptions {
  /**
   * The folder for the template and the assets.
   *
   * @default what the CDK's command line asks for, or a temporary folder
   */
  readonly outdir?: string;
  /**
   * Whether the functions are built. Without this, the template has other asset hashes, and is ready in a
   * tenth of the time.
   */
  readonly bundle: boolean;
}

/**
 * An app without stacks, configured so that the CDK's command line, `npm run synth` and the local stack get
 * the same template. This is configured here and not in cdk.json, which only the command line reads.
 */
export function emptyApp({ outdir, bundle }: AppOptions): App {
  return new App({
    ...(outdir !== undefined && { outdir }),
    analyticsReporting: false,
    // What the template does not show: a check against CloudFormation's schemas, where each construct was made, and the
    // tree of them take longer than the rest, which `npm run dev` waits for at each start.
    ...(!bundle && { builtinCloudFormationValidation: false, stackTraces: false, treeMetadata: false }),
    context: { ...recommendedFlags },
    postCliContext: {
      'aws:cdk:enable-path-metadata': false,
      'aws:cdk:enable-asset-metadata': false,
      ...(!bundle && { [BUNDLING_STACKS]: [] }),
    },
  });
}

/** The name of a stage's stack, and of its template's file up to `.template.json`. */
export const stackName = (stage: string): string => `Tidings-${stage}`;

/** What to deploy: a stage's settings and the app's features. */
export interface Deployed {
  readonly config: DeclaredStage;
  readonly features: readonly Feature[];
}

/** An app with the one stack of a stage. `app.synth()` gives its template; neither needs a network or an account. */
export function buildApp({ config, features, ...options }: AppOptions & Deployed): App {
  const app = emptyApp(options);
  addStack(app, { config, features });
  return app;
}

/** Puts a stage's stack into an app. It names no account and no Region: the credentials at deployment decide. */
export function addStack(app: App, { config, features }: Deployed): void {
  const stack = new Stack(app, stackName(config.settings.stage));
  // By this name the ids of its resources are those of the stack itself.
  new Tidings(stack, 'Default', { config, features, entry: 'features/index.ts', root: engineRoot });
}
