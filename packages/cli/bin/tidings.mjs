#!/usr/bin/env node
import { told } from './help.mjs';

const text = told(process.argv.slice(2));
if (text !== undefined) {
  process.stdout.write(text);
} else {
  // From 22.18 on Node reads TypeScript by itself, and starts in a third of the time.
  if (!process.features.typescript) (await import('tsx/esm/api')).register();
  await import('../src/tidings.ts');
}
