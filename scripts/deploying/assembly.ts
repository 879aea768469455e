import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A stack as the CDK wrote it. */
export interface WrittenStack {
  readonly name: string;
  /** Its path in the app, by which the CDK's command line selects it. */
  readonly id: string;
  /** The ids of the stacks that are deployed before it. */
  readonly after: readonly string[];
  /** The account that it is deployed into. Absent: that of the credentials. */
  readonly account?: string;
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
  readonly dependencies?: readonly string[];
  readonly properties?: {
    readonly stackName?: string;
    readonly templateFile?: string;
    readonly requiresBootstrapStackVersion?: number;
    readonly terminationProtection?: boolean;
    readonly assumeRoleArn?: string;
    readonly tags?: Readonly<Record<string, string>>;
  };
}

/** The stacks in a folder that `cdk synth` wrote. */
export async function writtenStacks(folder: string): Promise<readonly WrittenStack[]> {
  const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as Manifest;
  const artifacts = manifest.artifacts ?? {};
  const idOf = (key: string) => artifacts[key]?.displayName ?? key;
  return Object.entries(artifacts)
    .filter(([, { type }]) => type === 'aws:cloudformation:stack')
    .map(([key, { dependencies = [], properties = {}, ...artifact }]) => {
      const { stackName = key, templateFile = `${key}.template.json` } = properties;
      const isTidings = properties.tags?.['tidings:stage'] !== undefined;
      return {
        name: stackName,
        id: idOf(key),
        after: dependencies.map(idOf),
        ...placeOf({ ...artifact, properties }),
        template: templateFile,
        requiredBootstrap: properties.requiresBootstrapStackVersion ?? 0,
        isTidings,
        isProtected: properties.terminationProtection === true && isTidings,
      };
    });
}

/** What is written as a number or a name; all else is found out at the deployment. */
function placeOf({ environment = '', properties = {} }: Artifact): { account?: string; region?: string } {
  const [, account] =
    // A role is of one account, and so is what is deployed with it.
    /:iam::(\d{12}):/.exec(properties.assumeRoleArn ?? '') ?? /^aws:\/\/(\d{12})\//.exec(environment) ?? [];
  const [, region] = /^aws:\/\/[^/]*\/([\w-]+)$/.exec(environment) ?? [];
  return {
    ...(account !== undefined && { account }),
    ...(region !== undefined && region !== 'unknown-region' && { region }),
  };
}
