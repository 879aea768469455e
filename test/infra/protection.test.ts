import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { expect, onTestFinished, test } from 'vitest';
import { features } from '../../features/index.ts';
import { addStack, emptyApp, stackName } from '../../lib/app.ts';
import { engineRoot } from '../../lib/functions/appCode.ts';
import { Tidings } from '../../lib/tidings.ts';
import { writtenStacks } from '../../scripts/deploying/assembly.ts';
import { testStage } from './template.ts';

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-protection-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** Whether the stack, and what holds its data, can be deleted. */
async function protection(first: string | undefined, deletionProtection = true) {
  const outdir = temporaryFolder();
  const app = emptyApp({ outdir, bundle: false });
  if (first !== undefined) app.node.setContext('tidings:first', first);
  // Without an issuer the stack has users of its own.
  addStack(app, { config: testStage({ deletionProtection, tokens: undefined }), features });
  const { template, terminationProtection } = app.synth().getStackByName(stackName('test'));
  const resources = Object.values(template.Resources) as {
    Type: string;
    DeletionPolicy?: string;
    Properties: { DeletionProtection?: string; Replicas?: { DeletionProtectionEnabled: boolean }[] };
  }[];
  const ofType = (type: string) => resources.find(({ Type }) => Type === type);
  const table = ofType('AWS::DynamoDB::GlobalTable');
  const [written] = await writtenStacks(outdir);
  return {
    stack: terminationProtection,
    table: table?.Properties.Replicas?.[0]?.DeletionProtectionEnabled,
    users: ofType('AWS::Cognito::UserPool')?.Properties.DeletionProtection,
    policy: table?.DeletionPolicy,
    written,
  };
}

test('what is protected is so from the second deployment on, and is kept from the first one that succeeded', async () => {
  const name = stackName('test');
  expect(await protection(undefined)).toEqual({
    stack: true,
    table: true,
    users: 'ACTIVE',
    policy: 'RetainExceptOnCreate',
    written: {
      id: name,
      name,
      after: [`${name}.assets`],
      template: `${name}.template.json`,
      requiredBootstrap: 6,
      isTidings: true,
      isProtected: true,
    },
  });
  expect(await protection(`Another,${name}`)).toMatchObject({
    stack: false,
    table: false,
    users: 'INACTIVE',
    policy: 'RetainExceptOnCreate',
  });
  expect(await protection('Another')).toMatchObject({ stack: true, table: true });
});

test('a stage without protection has none at any time', async () => {
  expect(await protection(undefined, false)).toMatchObject({
    stack: false,
    table: false,
    users: 'INACTIVE',
    policy: 'Delete',
    written: { isTidings: true, isProtected: false },
  });
});

test('a stack that its app protects by itself stays so, whatever the stage asks for', () => {
  const app = emptyApp({ outdir: temporaryFolder(), bundle: false });
  const stack = new Stack(app, 'Tickets', { terminationProtection: true });
  const config = testStage({ deletionProtection: false });
  new Tidings(stack, 'Realtime', { config, features, entry: 'features/index.ts', root: engineRoot });
  expect(stack.terminationProtection).toBe(true);
});
