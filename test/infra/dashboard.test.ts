import { expect, test } from 'vitest';
import { metrics } from '../../core/metrics.ts';
import { features } from '../../features/index.ts';
import { stackName } from '../../lib/app.ts';
import { emitting } from '../support/emitting.ts';
import { object, synthesize, testStage } from './template.ts';

const stack = synthesize(testStage({ dashboard: true }));

interface Widget {
  readonly type: string;
  readonly properties: { readonly markdown?: string; readonly title?: string; readonly metrics?: unknown };
}

function widgetsOf(): readonly Widget[] {
  const [dashboard, ...more] = stack.ofType('AWS::CloudWatch::Dashboard');
  expect(more).toEqual([]);
  return (JSON.parse(stack.text(dashboard?.properties.DashboardBody)) as { widgets: Widget[] }).widgets;
}

test('the dashboard answers three questions, in this order', () => {
  const questions = widgetsOf().flatMap(({ properties: { markdown } }) => markdown ?? []);
  expect(questions).toEqual(['## Is it healthy?', '## Who is affected?', '## What does it cost?']);
});

test('the dashboard shows every figure that is written, and every function', () => {
  const shown = JSON.stringify(widgetsOf().map(({ properties }) => properties.metrics ?? []));
  for (const name of Object.keys(metrics)) expect(shown, name).toMatch(new RegExp(`\\b${name}\\b`));
  // Each by the name that the template refers to.
  for (const { id } of stack.functions) expect(shown, id).toContain(stack.nameOf(id));
});

test('the dashboard shows how long work of each queue waits', () => {
  const [widget] = widgetsOf().filter(({ properties: { title } }) => title?.includes('oldest unit'));
  const shown = JSON.stringify(widget?.properties.metrics);
  for (const queue of ['queue', 'JobWorkQueue', 'StreamWorkQueue'])
    expect(shown).toContain(`${queue}.QueueName`);
});

test('an app that has events for the event bus sees how late they are there', () => {
  const marking = emitting(features, 'engagement');
  const marked = synthesize(testStage({ dashboard: true }, marking), marking);
  const [dashboard] = marked.ofType('AWS::CloudWatch::Dashboard');
  const late = '"IteratorAge","FunctionName","lambdas/emit.ts"';
  expect(marked.text(dashboard?.properties.DashboardBody)).toContain(late);
  expect(JSON.stringify(widgetsOf())).not.toContain('IteratorAge');
});

test('what a figure is split by is searched for, since only CloudWatch knows the values', () => {
  const shown = JSON.stringify(widgetsOf());
  expect(shown).toContain('{Tidings,stage,action}');
  expect(shown).toContain('{Tidings,stage,code}');
  expect(shown).toContain('{Tidings,stage,check}');
  expect(shown).toContain('{Tidings,stage,work}');
});

test('a stage that asks for none has neither a dashboard nor a budget', () => {
  const plain = synthesize(testStage());
  expect([...plain.ofType('AWS::CloudWatch::Dashboard'), ...plain.ofType('AWS::Budgets::Budget')]).toEqual(
    [],
  );
});

test('a stage in a second Region has a dashboard and a budget of its own, whose names are unique in the account', () => {
  const budget = { monthlyUsd: 50, emails: ['ops@example.com'] };
  const { ofType, text } = synthesize(testStage({ dashboard: true, budget }));
  const name = `${stackName('test')}-{Region}`;
  const [dashboard] = ofType('AWS::CloudWatch::Dashboard');
  expect(text(dashboard?.properties.DashboardName)).toBe(name);
  const [found] = ofType('AWS::Budgets::Budget');
  expect(text(object(found?.properties.Budget).BudgetName)).toBe(name);
});

test('a budget counts what bears the stage’s tag, and tells of what is spent and of what is forecast', () => {
  const budget = { monthlyUsd: 50, emails: ['ops@example.com', 'boss@example.com'] };
  const [found] = synthesize(testStage({ budget })).ofType('AWS::Budgets::Budget');
  expect(found?.properties).toMatchObject({
    Budget: {
      BudgetLimit: { Amount: 50, Unit: 'USD' },
      TimeUnit: 'MONTHLY',
      CostFilters: { TagKeyValue: ['user:tidings:stage$test'] },
    },
    NotificationsWithSubscribers: [
      { Notification: { NotificationType: 'ACTUAL', Threshold: 80 } },
      { Notification: { NotificationType: 'FORECASTED', Threshold: 100 } },
    ],
  });
  expect(JSON.stringify(found?.properties).match(/boss@example.com/g)).toHaveLength(2);
  const [whole] = synthesize(testStage({ budget: { ...budget, of: 'account' } })).ofType(
    'AWS::Budgets::Budget',
  );
  expect(whole?.properties.Budget).not.toHaveProperty('CostFilters');
});
