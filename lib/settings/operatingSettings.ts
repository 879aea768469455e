import * as z from 'zod/mini';

const snsTopic = z
  .string()
  .check(z.regex(/^arn:[\w-]+:sns:[\w-]+:\d{12}:[\w-]+$/, 'must be the ARN of an SNS topic'));
const httpsUrl = z.string().check(z.regex(/^https:\/\/\S+$/, 'must begin with https://'));
/** A budget tells ten by mail at most: https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html */
const maxEmails = 10;

/** What a stage may set for who operates it. */
export const operatingSettings = {
  /**
   * Alarms for what a person has to see to. To an SNS topic of your own, or by mail, which each receiver confirms;
   * with neither they are only shown. Absent: no alarms.
   */
  alarms: z.optional(
    z.object({
      topicArn: z.optional(snsTopic),
      emails: z.optional(z.array(z.email())),
      /** Where the runbook is, for the link in each alarm. @default docs/operating.md of this release */
      runbookUrl: z.optional(httpsUrl),
      /** From how many concurrent executions of all functions of the account and Region on. The quota of most is 1,000. */
      concurrency: z._default(z.int().check(z.minimum(1)), 800),
    }),
  ),
  /** Whether Lambda traces functions by X-Ray: the first of each second, and one in twenty of the rest. It is paid for by the trace. */
  tracing: z._default(z.boolean(), false),
  /** A dashboard in CloudWatch. The account's first three are free. */
  dashboard: z._default(z.boolean(), false),
  /**
   * Tells by mail when 80 % of a month's sum are spent, and when all of it is forecast. It counts what bears the stage's
   * tag, which has to be activated as a cost allocation tag first, or with `of: "account"` everything:
   * https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/activating-tags.html
   */
  budget: z.optional(
    z.object({
      monthlyUsd: z.number().check(z.minimum(1)),
      emails: z.array(z.email()).check(z.minLength(1), z.maxLength(maxEmails)),
      of: z._default(z.enum(['stage', 'account']), 'stage'),
    }),
  ),
};
