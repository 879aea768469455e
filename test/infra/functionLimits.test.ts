import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contract } from '@tidings/protocol';
import { Aspects, Duration, Stack } from 'aws-cdk-lib';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { describe, expect, onTestFinished, test } from 'vitest';
import { feature } from '../../core/feature.ts';
import { functionTimeoutsMs } from '../../core/timeouts.ts';
import { features } from '../../features/index.ts';
import { buildApp, emptyApp } from '../../lib/app.ts';
import { engineRoot } from '../../lib/functions/appCode.ts';
import { engineFunction } from '../../lib/functions/engineFunction.ts';
import { TidingsFunction } from '../../lib/functions/tidingsFunction.ts';
import { ConfigurationError } from '../../lib/settings/stageConfig.ts';
import { Tidings } from '../../lib/tidings.ts';
import { testStage } from './template.ts';

/** For what a synth writes. */
function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'tidings-limits-'));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
}

/** What a synth is refused with. */
function refusalOf(synth: () => unknown): string {
  try {
    synth();
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    return (error as Error).message;
  }
  return 'not refused';
}

/** The app of this repository, with a function changed as an escape hatch does it. */
function changed(entry: string, change: (fn: CfnFunction) => void): string {
  const app = buildApp({ config: testStage(), features, bundle: false, outdir: folder() });
  Aspects.of(app).add({
    visit(node) {
      if (node instanceof CfnFunction && node.getMetadata('tidings:entry') === entry) change(node);
    },
  });
  return refusalOf(() => app.synth());
}

/** The app with one function more, as an app's own stack may have. */
function more(props: { readonly timeout: Duration; readonly longestMs?: number }): string {
  const app = emptyApp({ bundle: false, outdir: folder() });
  const code = { root: engineRoot, entry: 'features/index.ts' };
  const tidings = new Tidings(new Stack(app, 'More'), 'Default', { config: testStage(), features, ...code });
  const { entry } = engineFunction('bus');
  new TidingsFunction(tidings, 'Function', { config: tidings.config, entry, ...props });
  return refusalOf(() => app.synth());
}

/** The app with a feature whose variables are these. */
const withVariables = (variables: Readonly<Record<string, string>>): string => {
  const list = [
    ...features,
    feature({ name: 'crm', contract: contract({}), actions: {}, outside: { environment: () => variables } }),
  ];
  return refusalOf(() =>
    buildApp({ config: testStage({}, list), features: list, bundle: false, outdir: folder() }).synth(),
  );
};

describe('a time-out', () => {
  test('that its longest way does not fit into is refused', () => {
    expect(more({ timeout: Duration.seconds(5), longestMs: 6_000 })).toBe(
      'lambdas/bus.ts: its time-out is 5 s, and its longest way takes 6 s, with 2 s more to answer and report: give it at least 8 s',
    );
    expect(more({ timeout: Duration.seconds(8), longestMs: 6_000 })).toBe('not refused');
  });

  test.each(Object.keys(functionTimeoutsMs))('of %s is long enough as it is', (name) => {
    expect(more(engineFunction(name as keyof typeof functionTimeoutsMs))).toBe('not refused');
  });

  test('that was shortened by hand is refused, since the code does not hear of it', () => {
    const seconds = 50;
    expect(changed('lambdas/reap.ts', (fn) => Object.assign(fn, { timeout: seconds }))).toBe(
      'lambdas/reap.ts: its time-out is 50 s, and its code counts on 60 s: shorten it where the code has it',
    );
    expect(changed('lambdas/reap.ts', (fn) => Object.assign(fn, { timeout: undefined }))).toMatch(
      'its time-out is 3 s, and its longest way takes 46 s',
    );
  });
});

describe('the variables of a function', () => {
  test('that do not fit into 4 KB are refused, with the largest of them', () => {
    expect(withVariables({ CRM_SCHEMA: 'x'.repeat(3_000), CRM_URL: 'https://crm.example' })).toMatch(
      /^lambdas\/message\.ts: its variables take \d{4} bytes of the 4096 that Lambda has for them; CRM_SCHEMA alone takes 3016$/,
    );
    expect(withVariables({ CRM_SCHEMA: 'x'.repeat(300) })).toBe('not refused');
  });

  test('count as JSON, where a quote takes two bytes', () => {
    expect(withVariables({ CRM_SCHEMA: '"'.repeat(1_500) })).toMatch(/CRM_SCHEMA alone takes 3016$/);
  });

  test('count what only the deployment knows as long as it may be', () => {
    const references = (count: number) =>
      changed('lambdas/authorize.ts', (fn) =>
        Object.assign(fn, { environment: { variables: { QUEUES: `${fn.ref},`.repeat(count) } } }),
      );
    expect(references(25)).toBe('not refused');
    expect(references(30)).toMatch('QUEUES alone takes');
  });

  test.each(['AWS_REGION', 'LAMBDA_TASK_ROOT', 'TZ', '_HANDLER'])(
    'cannot be %s, which Lambda sets',
    (name) => {
      expect(
        changed('lambdas/http.ts', (fn) =>
          Object.assign(fn, { environment: { variables: { [name]: 'x' } } }),
        ),
      ).toBe(`lambdas/http.ts: the variable ${name} is one that Lambda sets itself`);
    },
  );

  test.each(['C', 'CRM-URL', '1ST'])('cannot be named %s', (name) => {
    expect(
      changed('lambdas/http.ts', (fn) => Object.assign(fn, { environment: { variables: { [name]: 'x' } } })),
    ).toMatch(`lambdas/http.ts: ${name} cannot be a variable`);
  });
});
