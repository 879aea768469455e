import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CfnResource,
  CloudFormationValidatePlugin,
  type IPolicyValidationPlugin,
  Stack,
  Validations,
} from 'aws-cdk-lib';
import { CfnRoute } from 'aws-cdk-lib/aws-apigatewayv2';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { AwsSolutionsChecks } from 'cdk-nag';
import { expect, onTestFinished, test } from 'vitest';
import { features } from '../../features/index.ts';
import { addStack, emptyApp } from '../../lib/app.ts';
import type { DeclaredStage, StageInput } from '../../lib/settings/stageConfig.ts';
import { shippedStage, testStage } from '../infra/template.ts';
import { emitting } from '../support/emitting.ts';

interface Report {
  readonly pluginReports: readonly {
    readonly violations: readonly {
      readonly ruleName: string;
      readonly violatingConstructs: readonly { readonly constructPath: string }[];
    }[];
  }[];
}

/** It takes seconds to be made, and can be asked as often as there are templates. */
const schemas = new CloudFormationValidatePlugin() as IPolicyValidationPlugin;

/** What CloudFormation's schemas and the rules of `AwsSolutions` say of a stage's stack, without what has a reason. */
function findings(config: DeclaredStage, plant: (stack: Stack) => void = () => {}): readonly string[] {
  const outdir = mkdtempSync(join(tmpdir(), 'tidings-rules-'));
  onTestFinished(() => rmSync(outdir, { recursive: true }));
  const app = emptyApp({ outdir, bundle: false });
  // With an event that is emitted, so that there is a stream.
  addStack(app, { config, features: emitting(features, 'engagement') });
  const [stack] = app.node.children.filter(Stack.isStack);
  if (stack) plant(stack);
  Validations.of(app).addPlugins(schemas, new AwsSolutionsChecks(app));
  // What is found is printed as well, and once is enough.
  const { exitCode } = process;
  try {
    app.synth();
  } catch {
    // Whatever it is, it is in the report.
  }
  process.exitCode = exitCode;
  const { pluginReports } = JSON.parse(
    readFileSync(join(outdir, 'validation-report.json'), 'utf8'),
  ) as Report;
  return pluginReports.flatMap(({ violations }) =>
    violations.flatMap(({ ruleName, violatingConstructs }) =>
      violatingConstructs.map(({ constructPath }) => `${ruleName} ${constructPath}`),
    ),
  );
}

/** All that a stage may have. */
const everything: Partial<StageInput> = {
  tokens: undefined,
  accessLogs: { accountRole: true },
  tracing: true,
  alarms: { emails: ['ops@example.com'] },
  dashboard: true,
  budget: { monthlyUsd: 20, emails: ['ops@example.com'] },
  signIn: { domainPrefix: 'desk', callbackUrls: ['https://app.example.com/'] },
  console: true,
  publisherAccounts: ['123456789012'],
  assistant: { provider: 'bedrock', modelId: 'amazon.nova-lite-v1:0' },
};

test.each([
  ['dev', () => shippedStage('dev')],
  ['prod', () => shippedStage('prod')],
  ['a stage that has everything', () => testStage(everything)],
])(
  'the schemas of CloudFormation and the rules of AWS find nothing in %s that has no reason',
  (_stage, config) => {
    expect(findings(config())).toEqual([]);
  },
);

test('a property that CloudFormation does not know, and a value that it does not take, are found', () => {
  const found = findings(testStage(), (stack) => {
    const queue = (id: string, properties: object) =>
      new CfnResource(stack, id, {
        type: 'AWS::SQS::Queue',
        properties: { SqsManagedSseEnabled: true, ...properties },
      });
    queue('Misspelt', { VisibilityTimeot: 3 });
    queue('OfAnotherType', { VisibilityTimeout: 'three' });
  });
  expect(found).toContain('F3002 Tidings-test/Misspelt');
  expect(found).toContain('F3012 Tidings-test/OfAnotherType');
});

test('a right to everything, and a route without an authorizer, are found where no reason is given', () => {
  const found = findings(testStage(), (stack) => {
    const role = new Role(stack, 'Mighty', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    role.addToPolicy(new PolicyStatement({ actions: ['s3:*'], resources: ['*'] }));
    new CfnRoute(stack, 'Open', { apiId: 'a', routeKey: '$connect', authorizationType: 'NONE' });
  });
  expect(found).toContain('AwsSolutions-IAM5[Action::s3:*] Tidings-test/Mighty/DefaultPolicy/Resource');
  expect(found).toContain('AwsSolutions-IAM5[Resource::*] Tidings-test/Mighty/DefaultPolicy/Resource');
  expect(found).toContain('AwsSolutions-APIG4 Tidings-test/Open');
});
