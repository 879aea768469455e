import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CannotStart } from '../cannotStart.ts';

/** How far the clock of a stack with kept rows was moved. */
export interface KeptTime {
  readonly aheadMs: number;
  keep(aheadMs: number): Promise<void>;
}

/**
 * Rows contain times. If the clock went back at a restart, what they wait for would be far in the future, and
 * the search for work from before would not find it.
 *
 * @throws {CannotStart} where what was kept cannot be read
 */
export async function readKeptTime(dataDir: string): Promise<KeptTime> {
  const file = join(dataDir, 'clock.json');
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw new CannotStart(`${file} cannot be read: ${cause.message}`, { cause });
  });
  return {
    aheadMs: text === undefined ? 0 : aheadOf(file, text),
    async keep(aheadMs) {
      // A process that is killed meanwhile leaves what was there, and not half of a file.
      await writeFile(`${file}.new`, JSON.stringify({ aheadMs }));
      await rename(`${file}.new`, file);
    },
  };
}

function aheadOf(file: string, text: string): number {
  try {
    const { aheadMs } = JSON.parse(text) as { aheadMs: unknown };
    if (typeof aheadMs === 'number' && aheadMs >= 0) return aheadMs;
  } catch {
    // Said below.
  }
  throw new CannotStart(`${file} must hold {"aheadMs": …}, how far time was moved: mend or delete it.`);
}
