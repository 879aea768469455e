#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { helpFor } from './help.mjs';

// On Node 20 the SDK says five lines about releases to come, which who runs a command can do nothing about.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

/** What is published is JavaScript; in the repository the sources are run. */
async function load(path) {
  const built = new URL(`${path}.js`, import.meta.url);
  if (existsSync(built)) return import(built.href);
  // From 22.18 on Node reads TypeScript by itself, and starts in a third of the time.
  if (!process.features.typescript) (await import('tsx/esm/api')).register();
  return import(new URL(`${path}.ts`, import.meta.url).href);
}

/** Commands of the app's own folder, which have their own help. */
const ofTheApp = ['dev', 'token', 'deploy', 'preflight', 'erase'];

const [word] = process.argv.slice(2);
const text = ofTheApp.includes(word) ? undefined : helpFor(process.argv.slice(2));
if (text !== undefined) {
  process.stdout.write(text);
} else if (ofTheApp.includes(word)) {
  process.argv.splice(2, 1);
  await load(`../../../scripts/${word}`);
} else {
  await load('../src/tidings');
}
