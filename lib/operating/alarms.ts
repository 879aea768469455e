import { Duration, Stack } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Metric,
  type MetricProps,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { MetricName } from '../../core/metrics.ts';
import { DeadLetters } from '../background/workQueue.ts';
import type { TidingsFunction } from '../functions/tidingsFunction.ts';
import type { StageConfig } from '../settings/stageConfig.ts';

/** What is watched. */
export interface Watched {
  /** Functions whose answer somebody waits for, by the name that an alarm shows. */
  readonly answering: Readonly<Record<string, TidingsFunction>>;
  readonly authorizer: TidingsFunction;
  readonly reaper: TidingsFunction;
  /** Queues of which a unit that waits is a person who waits. */
  readonly queues: Readonly<Record<string, WatchedQueue>>;
  /** The function that reads the table's stream, where there is one. */
  readonly emit: TidingsFunction | undefined;
  readonly table: { readonly tableName: string };
  readonly socketApi: { readonly apiId: string };
}

export interface WatchedQueue {
  /** In seconds. A unit that is worked on has an age, too. */
  readonly oldestAge: IMetric;
  /** How long one may be worked on. */
  readonly workSeconds: number;
  /** What figures call one, where they also count what was done. */
  readonly called?: string;
}

interface Rule {
  readonly metric: IMetric;
  /** Wakes somebody from here on. */
  readonly from: number;
  /** For so many of its periods in a row. */
  readonly periods?: number;
  /** They need not be in a row: it is enough that they are among the last so many. */
  readonly among?: number;
  /** What no figure at all means. @default that nothing is wrong */
  readonly whenMissing?: TreatMissingData;
  /** Wakes somebody below the value instead. */
  readonly below?: true;
  readonly what: string;
  /** The heading of docs/operating.md that says what to do. */
  readonly todo: string;
}

/** Added up over so many minutes. */
const sumOver = (minutes: number) => ({ period: Duration.minutes(minutes), statistic: 'Sum' });

/** Alarms for what a person has to see to, each with the place that says what to do. */
export class Alarms extends Construct {
  private readonly topics: readonly ITopic[];

  constructor(scope: Construct, id: string, config: StageConfig, watched: Watched) {
    super(scope, id);
    this.topics = this.topicsOf(config.alarms);
    const rules = {
      ...ofQueues(scope, watched),
      ...ofWork(watched, config),
      ...ofFunctions(watched, config),
      ...ofServices(watched),
    };
    const runbook = config.alarms?.runbookUrl ?? 'docs/operating.md';
    for (const [name, rule] of Object.entries(rules)) this.alarm(name, rule, runbook);
  }

  private alarm(id: string, rule: Rule, runbook: string): void {
    const { metric, from, periods = 1, among = periods, whenMissing, below, what, todo } = rule;
    const alarm = new Alarm(this, id, {
      metric,
      threshold: from,
      evaluationPeriods: among,
      datapointsToAlarm: periods,
      comparisonOperator: below
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: whenMissing ?? TreatMissingData.NOT_BREACHING,
      alarmDescription: `${what} ${runbook}#${todo}`,
    });
    for (const topic of this.topics) alarm.addAlarmAction(new SnsAction(topic));
  }

  private topicsOf({ topicArn, emails = [] }: Partial<NonNullable<StageConfig['alarms']>> = {}): ITopic[] {
    if (topicArn !== undefined) return [Topic.fromTopicArn(this, 'Topic', topicArn)];
    if (emails.length === 0) return [];
    const topic = new Topic(this, 'Topic', { enforceSSL: true });
    // The policy that `enforceSSL` makes takes the place of SNS's own, by which alarms of the account may publish:
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
    topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'Alarms',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    for (const email of emails) topic.addSubscription(new EmailSubscription(email));
    return [topic];
  }
}

type Rules = Readonly<Record<string, Rule>>;

function ofQueues(scope: Construct, { queues }: Watched): Rules {
  const dead = scope.node.findAll().filter((child) => child instanceof DeadLetters);
  const byName = dead.map((queue) => [queue.node.path.split('/').slice(-2).join(''), queue] as const);
  return {
    ...named('DeadLetters', Object.fromEntries(byName), (queue) => ({
      metric: queue.metricApproximateNumberOfMessagesVisible({
        period: Duration.minutes(5),
        statistic: 'Maximum',
      }),
      from: 1,
      what: 'What could not be done, however often it was tried, waits for somebody.',
      todo: 'dead-letters',
    })),
    ...named('Waiting', queues, ({ oldestAge, workSeconds }) => ({
      metric: oldestAge,
      from: 60 + workSeconds,
      periods: 5,
      what: 'Work waits for more than a minute: events, jobs or answers come late.',
      todo: 'work-waits',
    })),
  };
}

/** By our own figures: work that fails ends, for its user is told, and is no error of its function. */
function ofWork({ queues }: Watched, { settings: { metrics, stage } }: StageConfig): Rules {
  if (!metrics) return {};
  const works = Object.entries(queues).filter(([, { called }]) => called !== undefined);
  return named('Failing', Object.fromEntries(works), ({ called = '' }) => ({
    // The least of what was added is 1 only where something failed and nothing was done.
    metric: figure(
      'FailedWork',
      { stage, work: called },
      { period: Duration.minutes(5), statistic: 'Minimum' },
    ),
    from: 1,
    // All tries of one job fall into two at most. Where little is asked for, some have none.
    periods: 3,
    among: 6,
    what: `Each try at ${called} fails: none gets done.`,
    todo: 'work-fails',
  }));
}

function ofFunctions(
  { answering, authorizer, reaper, emit }: Watched,
  { settings, alarms }: StageConfig,
): Rules {
  return {
    ...named('Errors', answering, ({ handler }) => ({
      metric: handler.metricErrors(sumOver(5)),
      from: 5,
      what: 'Requests end without an answer.',
      todo: 'errors',
    })),
    // What is no error can only be told by our own figures.
    ...(settings.metrics && { AuthorizeErrors: authorizerErrors(authorizer, settings.stage) }),
    ...named('Throttles', { ...answering, Authorize: authorizer }, ({ handler }) => ({
      metric: handler.metricThrottles(sumOver(5)),
      from: 1,
      what: 'The account has no room for one more invocation: requests are turned away.',
      todo: 'throttles',
    })),
    ...(alarms && {
      Concurrency: {
        metric: concurrency(Duration.minutes(1)),
        from: alarms.concurrency,
        periods: 3,
        what: 'The account runs almost as many functions at once as it may.',
        todo: 'concurrency',
      },
    }),
    ...(emit && {
      EmitLate: {
        metric: iteratorAge(emit, Duration.minutes(5)),
        from: Duration.minutes(5).toMilliseconds(),
        what: 'Events reach the event bus minutes late, or not at all.',
        todo: 'emit-late',
      },
    }),
    ReaperSilent: {
      metric: reaper.handler.metricInvocations(sumOver(5)),
      from: 1,
      below: true,
      whenMissing: TreatMissingData.BREACHING,
      what: 'Nothing ends what has expired, and nothing takes up work that stands still.',
      todo: 'reaper-silent',
    },
  };
}

/** A figure of ours. */
export const figure = (
  metricName: MetricName,
  dimensionsMap: Readonly<Record<string, string>>,
  how: Pick<MetricProps, 'period' | 'statistic' | 'label'>,
): IMetric => new Metric({ namespace: 'Tidings', metricName, dimensionsMap, ...how });

/** Of all functions of the account and Region, which share one quota. */
export const concurrency = (period: Duration): IMetric =>
  new Metric({ namespace: 'AWS/Lambda', metricName: 'ConcurrentExecutions', statistic: 'Maximum', period });

/** Milliseconds for which the oldest row of what a function reads of a stream stood there. A batch that fails comes again, and ages. */
export const iteratorAge = ({ handler }: TidingsFunction, period: Duration): IMetric =>
  handler.metric('IteratorAge', { statistic: 'Maximum', period });

/** API Gateway wants an error for a refused token, and Lambda counts it with those that are errors. */
const authorizerErrors = ({ handler }: TidingsFunction, stage: string): Rule => ({
  metric: new MathExpression({
    expression: 'errors - unauthorized',
    usingMetrics: {
      errors: handler.metricErrors(sumOver(5)),
      unauthorized: figure('Unauthorized', { stage }, sumOver(5)),
    },
    period: Duration.minutes(5),
  }),
  from: 5,
  what: 'Handshakes end without an answer.',
  todo: 'errors',
});

function ofServices({ table, socketApi }: Watched): Rules {
  // One for each: a sum of two has no value where one of them has none.
  const throttled = { ReadsThrottled: 'ReadThrottleEvents', WritesThrottled: 'WriteThrottleEvents' };
  return {
    ...named('', throttled, (metricName) => ({
      metric: new Metric({
        namespace: 'AWS/DynamoDB',
        metricName,
        dimensionsMap: { TableName: table.tableName },
        ...sumOver(1),
      }),
      from: 1,
      periods: 5,
      what: 'The table turns requests away, minute after minute.',
      todo: 'table-throttled',
    })),
    IntegrationErrors: {
      metric: new Metric({
        namespace: 'AWS/ApiGateway',
        metricName: 'IntegrationError',
        dimensionsMap: { ApiId: socketApi.apiId },
        ...sumOver(5),
      }),
      from: 5,
      what: 'The socket’s API gets no answer from the functions.',
      todo: 'errors',
    },
  };
}

/** A rule for each of several, named after both. */
const named = <T>(rule: string, all: Readonly<Record<string, T>>, of: (one: T) => Rule): Rules =>
  Object.fromEntries(Object.entries(all).map(([name, one]) => [`${name}${rule}`, of(one)]));
