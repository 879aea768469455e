import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Reporter } from 'vitest/node';

/** What tsx keeps of a source file for the next time, for everybody on this machine. */
export const ofTsx = `tsx-${process.getuid?.()}`;

/** Gives a run a temporary folder of its own, and fails it where something is left there at its end. */
export const leavesNothing: Reporter = {
  onInit() {
    const usual = tmpdir();
    const own = mkdtempSync(join(usual, 'tidings-run-'));
    mkdirSync(join(usual, ofTsx), { recursive: true });
    symlinkSync(join(usual, ofTsx), join(own, ofTsx));
    process.env.TMPDIR = own;
    process.once('exit', () => {
      const left = readdirSync(own).filter((name) => name !== ofTsx);
      rmSync(own, { recursive: true });
      if (left.length === 0) return;
      console.error(`The tests left this in the temporary folder: ${left.join(', ')}`);
      process.exitCode = 1;
    });
  },
};
