import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createApp } from '../../core/api/createApp.ts';
import type { App } from '../../core/app.ts';
import type { Feature } from '../../core/feature.ts';
import { Failed } from '../../packages/cli/src/failures.ts';

/** The app whose features a module exports: they say whose their rows are. @throws Failed */
export async function loadApp(module: string): Promise<App> {
  const file = resolve(module);
  // From 22.18 on Node reads TypeScript by itself.
  const readsTypeScript = 'typescript' in process.features && process.features.typescript;
  if (file.endsWith('.ts') && !readsTypeScript) (await import('tsx/esm/api')).register();
  const loaded = await import(pathToFileURL(file).href).catch((cause: unknown) => {
    throw new Failed(
      `cannot read the app's features from ${module} (${String(cause)}): run this in the folder of the app, or name the module with --features`,
      { cause },
    );
  });
  const { features } = loaded as { features?: readonly Feature[] };
  if (Array.isArray(features)) return createApp(features);
  throw new Failed(`${module} exports no list of features`);
}
