import { action, contract } from '@tidings/protocol';
import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { type Feature, feature } from '../../core/feature.ts';
import { features as shipped } from '../../features/index.ts';
import { list, object, type Synthesized, synthesize, testStage } from './template.ts';

const stack = synthesize(testStage());

/** What CloudFormation makes before a resource: what its `DependsOn` names, and what that waits for. */
function before(id: string, { byId }: Synthesized): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (one: string): void => {
    for (const next of list(byId(one).raw.DependsOn).map(String)) {
      if (found.has(next)) continue;
      found.add(next);
      visit(next);
    }
  };
  visit(id);
  return found;
}

/** The parts of one API that a deployment holds. */
const partsOf = (api: string, { resources, text }: Synthesized) =>
  resources.filter(
    ({ type, properties }) =>
      /ApiGatewayV2::(Authorizer|Integration|Route)/.test(type) && text(properties.ApiId) === api,
  );

const deploymentOf = (api: string, { ofType, text, byId }: Synthesized) => {
  const [stage] = ofType('AWS::ApiGatewayV2::Stage').filter(
    ({ properties }) => text(properties.ApiId) === api,
  );
  expect(stage?.properties.AutoDeploy).toBeUndefined();
  return byId(String(object(stage?.properties.DeploymentId).Ref));
};

describe.each([
  ['socketApi', 60],
  ['httpApi', 5],
])('of %s', (api, atLeast) => {
  const parts = partsOf(api, stack);

  test('no two parts are changed at a time', () => {
    expect(parts.length).toBeGreaterThan(atLeast);
    // Each waits for a different number of others, from none to all of them.
    const waits = parts.map(({ id }) => before(id, stack).size).toSorted((a, b) => a - b);
    expect(waits).toEqual(parts.map((_, at) => at));
  });

  test('the stage gets all of them at once, when the last one is made', () => {
    const deployment = deploymentOf(api, stack);
    expect(before(deployment.id, stack)).toEqual(new Set(parts.map(({ id }) => id)));
  });
});

/** A feature of so many actions. */
const actionsOf = (count: number): Feature => {
  const names = Array.from({ length: count }, (_, at) => `lamp.a${at}`);
  const one = action({
    roles: 'any',
    payload: z.object({}),
    answer: z.object({}),
    documentation: 'Switches a lamp.',
  });
  return feature({
    name: 'lamps',
    contract: contract({ actions: Object.fromEntries(names.map((name) => [name, one])) }),
    actions: Object.fromEntries(names.map((name) => [name, async () => ({})])),
  });
};

test('another list of actions makes another deployment, the same one makes the same', () => {
  const others = [...shipped, actionsOf(1)];
  const [own, again, other] = [
    stack,
    synthesize(testStage({ logRetentionDays: 7 })),
    synthesize(testStage({}, others), others),
  ].map((one) => deploymentOf('socketApi', one).id);
  expect(again).toBe(own);
  expect(other).not.toBe(own);
});

test('more than AWS takes is refused with the name of the quota', () => {
  const synthesized = (count: number) => () => {
    const features = [actionsOf(count)];
    return synthesize(testStage({}, features), features);
  };
  expect(synthesized(150)).not.toThrow();
  expect(synthesized(250)).toThrow(/5\d\d resources.*500.*Resources in template/);
  expect(synthesized(300)).toThrow(/311 routes.*300.*Routes per API/);
});
