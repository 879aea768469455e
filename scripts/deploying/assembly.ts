import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A stack as the CDK wrote it. */
export interface WrittenStack {
  readonly name: string;
  /** Absent: that of the credentials. */
  readonly region?: string;
  /** The file of its template, in the folder. */
  readonly template: string;
  /** The version of the CDK's own stack that it needs. */
  readonly requiredBootstrap: number;
  /** Whether there is a Tidings in it. */
  readonly isTidings: boolean;
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
    readonly templateFile?: string;
    readonly requiresBootstrapStackVersion?: number;
    readonly terminationProtection?: boolean;
    readonly tags?: Readonly<Record<string, string>>;
  };
}

/** The stacks in a folder that `cdk synth` wrote. */
export async function writtenStacks(folder: string): Promise<readonly WrittenStack[]> {
  const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as Manifest;
  return Object.entries(manifest.artifacts ?? {})
    .filter(([, { type }]) => type === 'aws:cloudformation:stack')
    .map(([id, { environment = '', properties = {} }]) => {
      const [, region] = /^aws:\/\/[^/]*\/([\w-]+)$/.exec(environment) ?? [];
      const {
        stackName = id,
        templateFile = `${id}.template.json`,
        terminationProtection,
        tags,
      } = properties;
      const isTidings = tags?.['tidings:stage'] !== undefined;
      return {
        name: stackName,
        ...(region !== undefined && region !== 'unknown-region' && { region }),
        template: templateFile,
        requiredBootstrap: properties.requiresBootstrapStackVersion ?? 0,
        isTidings,
        isProtected: terminationProtection === true && isTidings,
      };
    });
}
