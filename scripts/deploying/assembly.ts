import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A stack as the CDK wrote it. */
export interface WrittenStack {
  readonly name: string;
  /** Absent: that of the credentials. */
  readonly region?: string;
  /** Whether it has a Tidings that is to be protected from deletion. */
  readonly isProtected: boolean;
}

interface Manifest {
  readonly artifacts?: Readonly<Record<string, Artifact>>;
}
interface Artifact {
  readonly type: string;
  readonly environment?: string;
  readonly displayName?: string;
  readonly properties?: {
    readonly stackName?: string;
    readonly terminationProtection?: boolean;
    readonly tags?: Readonly<Record<string, string>>;
  };
}

/** The stacks in a folder that `cdk synth` wrote. */
export async function writtenStacks(folder: string): Promise<readonly WrittenStack[]> {
  const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as Manifest;
  return Object.entries(manifest.artifacts ?? {})
    .filter(([, { type }]) => type === 'aws:cloudformation:stack')
    .map(([id, { environment = '', properties: { stackName = id, terminationProtection, tags } = {} }]) => {
      const [, region] = /^aws:\/\/[^/]*\/([\w-]+)$/.exec(environment) ?? [];
      return {
        name: stackName,
        ...(region !== undefined && region !== 'unknown-region' && { region }),
        isProtected: terminationProtection === true && tags?.['tidings:stage'] !== undefined,
      };
    });
}
