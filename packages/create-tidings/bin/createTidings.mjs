#!/usr/bin/env node
import { existsSync } from 'node:fs';

// What is published is JavaScript; in the repository the source is run.
const built = new URL('../src/createTidings.js', import.meta.url);
if (existsSync(built)) await import(built.href);
else {
  if (!process.features.typescript) (await import('tsx/esm/api')).register();
  await import(new URL('../src/createTidings.ts', import.meta.url).href);
}
