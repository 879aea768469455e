import { CannotStart } from '../cannotStart.ts';
import type { LocalConfigOptions } from '../localConfig.ts';
import { synthesize } from './synthesize.ts';

try {
  const template = await synthesize(JSON.parse(process.argv[2] ?? '') as LocalConfigOptions);
  process.stdout.write(JSON.stringify(template));
} catch (error) {
  console.error(error instanceof CannotStart ? error.message : error);
  process.exitCode = 1;
}
