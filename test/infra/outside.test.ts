import { contract } from '@tidings/protocol';
import { expect, test } from 'vitest';
import { feature, type Outside } from '../../core/feature.ts';
import { features as shipped } from '../../features/index.ts';
import { object, synthesize, testStage } from './template.ts';

/** Templates are kept by the names of features. */
const crm = (outside: Outside, name = 'crm') => {
  const features = [...shipped, feature({ name, contract: contract({}), actions: {}, outside })];
  return synthesize(testStage({}, features), features);
};

test('what a feature’s actions need outside is given to the functions that run them, and to no other', () => {
  const { functions, nameOf, ofType, text } = crm({
    allow: ({ stage }) => [
      {
        actions: ['ses:SendEmail'],
        resources: [`arn:{partition}:ses:{region}:{account}:identity/${stage}.example`],
      },
    ],
    environment: ({ stage }) => ({ CRM_URL: `https://crm.example/${stage}` }),
  });
  const handling = new Set(['lambdas/message.ts', 'lambdas/http.ts', 'lambdas/bus.ts']);
  const configured = functions.filter(
    (fn) => 'CRM_URL' in object(object(fn.properties.Environment).Variables),
  );
  expect(new Set(configured.map(({ id }) => nameOf(id)))).toEqual(handling);
  const roles = ofType('AWS::IAM::Policy').filter((policy) =>
    JSON.stringify(policy.properties).includes('ses:SendEmail'),
  );
  expect(roles).toHaveLength(handling.size);
  for (const { properties } of roles) {
    expect(text(properties.PolicyDocument as never)).toContain('identity/test.example');
  }
});

test.each(['TABLE_NAME', 'AWS_REGION', 'JOB_QUEUE_URL', 'crmUrl'])(
  '%s cannot be a variable of a feature’s own',
  (name) => {
    expect(() => crm({ environment: () => ({ [name]: 'x' }) }, `crm ${name}`)).toThrow(
      `feature crm ${name}: ${name} cannot be a variable`,
    );
  },
);
