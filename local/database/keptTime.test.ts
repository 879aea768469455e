import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CannotStart } from '../cannotStart.ts';
import { type LocalStack, startLocalStack } from '../stack.ts';
import { readKeptTime } from './keptTime.ts';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'tidings-time-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

test('a stack whose rows are kept goes on in the time that it was moved to', async () => {
  const start = () => startLocalStack({ port: 0, dataDir, log: () => {} });
  const aheadOf = ({ clock }: LocalStack) => {
    // Read first: a millisecond that passes between the two must not make it less than nothing.
    const nowMs = Date.now();
    return Math.round((clock.now() - nowMs) / 1_000);
  };
  for (const minutes of [0, 10, 20]) {
    const stack = await start();
    expect(aheadOf(stack)).toBe(minutes * 60);
    await stack.clock.advance(10 * 60_000);
    await stack.stop();
  }
});

test('time that cannot be read is an error that says what to do', async () => {
  for (const text of ['', '{"aheadMs":-1}', '{"aheadMs":"1h"}']) {
    await writeFile(join(dataDir, 'clock.json'), text);
    await expect(readKeptTime(dataDir)).rejects.toThrow(CannotStart);
  }
});
