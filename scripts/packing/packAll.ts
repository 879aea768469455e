import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildPackage as buildClient } from '../../packages/client/scripts/buildPackage.ts';
import { emit, root } from './emit.ts';
import { writeHoverTexts } from './hoverTexts.ts';
import { stageCreate, stageGateway, stageProtocol, stageTidings } from './stages.ts';

const run = promisify(execFile);

/**
 * Builds and packs every package, each as `NAME-VERSION.tgz`.
 *
 * @param out the folder for the packed files
 * @returns their paths, each once it is there
 */
export async function* packAll(out: string): AsyncGenerator<string> {
  await mkdir(out, { recursive: true });
  const scratch = await mkdtemp(join(tmpdir(), 'tidings-pack-'));
  try {
    const built = join(scratch, 'built');
    await emit(built);
    await writeHoverTexts(root, built);
    const stages: readonly [string, (folder: string) => Promise<void>][] = [
      ['protocol', (folder) => stageProtocol(built, folder)],
      ['client', buildClient],
      ['gateway', (folder) => stageGateway(built, folder)],
      ['tidings', (folder) => stageTidings(built, folder)],
      ['create-tidings', (folder) => stageCreate(built, folder)],
    ];
    for (const [name, stage] of stages) {
      const folder = join(scratch, name);
      await stage(folder);
      const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', out], { cwd: folder });
      const [{ filename = '' } = {}] = JSON.parse(stdout) as { filename?: string }[];
      yield join(out, filename);
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
