import { contract } from '@tidings/protocol';
import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { feature, type Outside } from '../../core/feature.ts';
import { features as shipped } from '../../features/index.ts';
import { jobKind, jobs } from '../../features/jobs/index.ts';
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

const countBeds = (environment: Outside['environment']) =>
  jobKind({
    name: 'beds.count',
    roles: 'any',
    input: z.object({}),
    ...(environment && { environment }),
    run: async () => ({}),
  });

test('what a kind of job needs outside is given to the function that runs jobs, and to no other', () => {
  const features = [
    jobs({ kinds: [countBeds(({ stage }) => ({ CRM_URL: `https://crm.example/${stage}` }))] }),
  ];
  const { functions, nameOf } = synthesize(testStage({}, features), features);
  const told = functions.filter((fn) => 'CRM_URL' in object(object(fn.properties.Environment).Variables));
  expect(told.map(({ id }) => nameOf(id))).toEqual(['features/jobs/lambdas/work.ts']);
});

test('a kind of job cannot take a variable of the engine', () => {
  const features = [
    feature({ name: 'other', contract: contract({}), actions: {} }),
    jobs({ kinds: [countBeds(() => ({ TABLE_NAME: 'x' }))] }),
  ];
  expect(() => synthesize(testStage({}, features), features)).toThrow('work job: TABLE_NAME cannot be');
});

test('two features that give one variable different values are told, and one that both give alike is there once', () => {
  const pair = (name: string, url: string) => [
    feature({
      name,
      contract: contract({}),
      actions: {},
      outside: { environment: () => ({ CRM_URL: 'a' }) },
    }),
    feature({
      name: `${name} too`,
      contract: contract({}),
      actions: {},
      outside: { environment: () => ({ CRM_URL: url }) },
    }),
  ];
  const [alike, different] = [pair('alike', 'a'), pair('different', 'b')];
  expect(() => synthesize(testStage({}, alike), alike)).not.toThrow();
  expect(() => synthesize(testStage({}, different), different)).toThrow(
    'the variable CRM_URL is given twice, with different values',
  );
});
