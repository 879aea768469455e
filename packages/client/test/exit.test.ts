import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { bundledPrograms } from '../../../test/support/bundledProgram.ts';
import { silentServer } from './silentServer.ts';

const program = bundledPrograms({ service: 'packages/client/test/closingService.ts' });

test.each(['idle', 'under way'])(
  'a closed client keeps Node alive for a moment at most on a line that has gone silent, %s',
  async (how) => {
    const server = await silentServer();
    onTestFinished(server.stop);
    const env = { ...process.env, URL_TO_CLOSE: server.url, HOW: how };
    const run = promisify(execFile)(process.execPath, [program('service')], { env });
    const { stdout } = await run;
    expect(stdout).toBe('by itself');
  },
);
