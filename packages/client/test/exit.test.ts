import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { silentServer } from './silentServer.ts';

const service = fileURLToPath(new URL('closingService.ts', import.meta.url));

test.each(['idle', 'under way'])(
  'a closed client keeps Node alive for a moment at most on a line that has gone silent, %s',
  async (how) => {
    const server = await silentServer();
    onTestFinished(server.stop);
    const env = { ...process.env, URL_TO_CLOSE: server.url, HOW: how };
    const run = promisify(execFile)(process.execPath, ['--import', 'tsx', service], { env });
    const { stdout } = await run;
    expect(stdout).toBe('by itself');
  },
);
