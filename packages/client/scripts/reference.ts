import { writeFileSync } from 'node:fs';
import { apiReference } from './apiReference.ts';

writeFileSync(new URL('../API.md', import.meta.url), apiReference());
