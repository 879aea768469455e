import { Aws, Stack } from 'aws-cdk-lib';
import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import type { Construct } from 'constructs';
import type { StageConfig } from '../settings/stageConfig.ts';
import { stageTag } from './tags.ts';

/** Percent of the month's sum. What is forecast is known weeks before it is spent. */
const notices = [
  { notificationType: 'ACTUAL', threshold: 80 },
  { notificationType: 'FORECASTED', threshold: 100 },
];

/** Tells by mail of a month that costs more than it should. It stops nothing. */
export function addBudget(
  scope: Construct,
  id: string,
  { budget, settings: { stage } }: StageConfig,
): CfnBudget | undefined {
  if (!budget) return undefined;
  const { monthlyUsd, emails, of } = budget;
  return new CfnBudget(scope, id, {
    budget: {
      // An account has its budgets in no Region: the same stage in a second one has another of its own.
      budgetName: `${Stack.of(scope).stackName}-${Aws.REGION}`,
      budgetType: 'COST',
      timeUnit: 'MONTHLY',
      budgetLimit: { amount: monthlyUsd, unit: 'USD' },
      // A tag that users gave is named with `user:` before it, and its value after `$`.
      ...(of === 'stage' && { costFilters: { TagKeyValue: [`user:${stageTag}$${stage}`] } }),
    },
    notificationsWithSubscribers: notices.map((notice) => ({
      notification: { ...notice, comparisonOperator: 'GREATER_THAN', thresholdType: 'PERCENTAGE' },
      subscribers: emails.map((address) => ({ subscriptionType: 'EMAIL', address })),
    })),
  });
}
