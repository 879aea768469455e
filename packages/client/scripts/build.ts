import { fileURLToPath } from 'node:url';
import { buildPackage } from './buildPackage.ts';

await buildPackage(fileURLToPath(new URL('../dist', import.meta.url)));
