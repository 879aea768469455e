import { Aws, Duration, Stack } from 'aws-cdk-lib';
import {
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  MathExpression,
  Metric,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { type MetricName, type MetricRules, metrics } from '../../core/metrics.ts';
import { DeadLetters } from '../background/workQueue.ts';
import { TidingsFunction } from '../functions/tidingsFunction.ts';
import type { StageConfig } from '../settings/stageConfig.ts';
import { concurrency, figure, iteratorAge, type Watched } from './alarms.ts';

const period = Duration.minutes(5);
const height = 6;
/** Three in a row of the dashboard's 24 columns. */
const width = 8;

/** One dashboard for the three questions of who operates a stage, each with a row of its own. */
export function addDashboard(scope: Construct, id: string, config: StageConfig, watched: Watched): void {
  if (!config.dashboard) return;
  const stack = Stack.of(scope);
  const { stage } = config.settings;
  // An account has its dashboards in no Region: the same stage in a second one has another of its own.
  const dashboard = new Dashboard(scope, id, { dashboardName: `${stack.stackName}-${Aws.REGION}` });
  const rows: readonly (readonly [question: string, widgets: readonly IWidget[]])[] = [
    ['Is it healthy?', health(scope, stage, watched)],
    ['Who is affected?', affected(stage)],
    ['What does it cost?', costs(scope, stage, watched)],
  ];
  for (const [question, widgets] of rows) {
    dashboard.addWidgets(new TextWidget({ markdown: `## ${question}`, width: 24, height: 1 }));
    for (let from = 0; from < widgets.length; from += 24 / width) {
      dashboard.addWidgets(...widgets.slice(from, from + 24 / width));
    }
  }
}

function health(scope: Construct, stage: string, { queues, emit, table, socketApi }: Watched): IWidget[] {
  const dead = scope.node.findAll().filter((child) => child instanceof DeadLetters);
  return [
    graph('Errors of functions', ofFunctions(scope, 'metricErrors')),
    graph('Throttles of functions', ofFunctions(scope, 'metricThrottles')),
    graph(
      'Dead letters',
      dead.map((queue) => queue.metricApproximateNumberOfMessagesVisible({ period })),
    ),
    graph(
      'Seconds since the oldest unit was queued',
      Object.values(queues).map(({ oldestAge }) => oldestAge),
    ),
    graph('From event to post, ms', [whole(stage, 'PostMs', 'p50'), whole(stage, 'PostMs', 'p99')]),
    graph('Wait in queues, ms (p99)', split(stage, 'QueueMs', 'p99')),
    graph('Commits', [whole(stage, 'CommitTries'), whole(stage, 'CommitConflicts')]),
    graph('Table throttled', [ofTable(table, 'ReadThrottleEvents'), ofTable(table, 'WriteThrottleEvents')]),
    graph('Errors of the socket’s API', [
      ofApi(socketApi, 'IntegrationError'),
      ofApi(socketApi, 'ExecutionError'),
    ]),
    ...(emit ? [graph('From the log to the event bus, ms', [iteratorAge(emit, period)])] : []),
  ];
}

function affected(stage: string): IWidget[] {
  return [
    graph('Requests', [whole(stage, 'Requests'), whole(stage, 'RefusedRequests')]),
    graph('Requests, by action', split(stage, 'Requests', 'Sum')),
    graph('Requests that were refused, by code', split(stage, 'RefusedRequests', 'Sum')),
    graph('Connections', [whole(stage, 'Connects'), whole(stage, 'Unauthorized')]),
    graph('Handshakes that were refused, by check', split(stage, 'RefusedHandshakes', 'Sum')),
    graph('Connections that were too slow, or gone', [
      whole(stage, 'SlowConnections'),
      whole(stage, 'GoneConnections'),
    ]),
    graph('Work that failed', split(stage, 'FailedWork', 'Sum')),
  ];
}

function costs(scope: Construct, stage: string, { table, socketApi }: Watched): IWidget[] {
  return [
    graph('Messages and connections of the socket’s API', [
      ofApi(socketApi, 'MessageCount'),
      ofApi(socketApi, 'ConnectCount'),
    ]),
    graph('Posts', [whole(stage, 'Recipients'), whole(stage, 'Delivered')]),
    graph('Units of the table', [
      ofTable(table, 'ConsumedReadCapacityUnits'),
      ofTable(table, 'ConsumedWriteCapacityUnits'),
    ]),
    graph('Milliseconds of functions', ofFunctions(scope, 'metricDuration')),
    graph('Invocations', ofFunctions(scope, 'metricInvocations')),
    graph('Concurrent executions of the account', [concurrency(period)]),
  ];
}

const graph = (title: string, left: IMetric[]) => new GraphWidget({ title, left, width, height });

/** The same of each function, by its place in the stack. */
function ofFunctions(
  { node }: Construct,
  metric: 'metricErrors' | 'metricThrottles' | 'metricDuration' | 'metricInvocations',
): IMetric[] {
  const functions = node.findAll().filter((child) => child instanceof TidingsFunction);
  return functions.map((each) =>
    each.handler[metric]({
      period,
      statistic: 'Sum',
      label: each.node.path.slice(node.path.length + 1),
    }),
  );
}

/** A figure of ours, as a whole. */
const whole = (stage: string, metricName: MetricName, statistic = 'Sum'): IMetric =>
  figure(
    metricName,
    { stage },
    { statistic, period, ...(statistic !== 'Sum' && { label: `${metricName} ${statistic}` }) },
  );

/** A figure for each value that it is split by: which there are, only CloudWatch knows. */
function split(stage: string, metricName: MetricName, statistic: string): IMetric[] {
  const rules: MetricRules = metrics[metricName];
  const search = `{Tidings,stage,${rules.by}} MetricName="${metricName}" stage="${stage}"`;
  return [
    new MathExpression({
      expression: `SEARCH('${search}', '${statistic}', ${period.toSeconds()})`,
      usingMetrics: {},
      label: '',
      period,
    }),
  ];
}

const ofTable = ({ tableName: TableName }: Watched['table'], metricName: string): IMetric =>
  new Metric({
    namespace: 'AWS/DynamoDB',
    metricName,
    dimensionsMap: { TableName },
    statistic: 'Sum',
    period,
  });

const ofApi = ({ apiId: ApiId }: Watched['socketApi'], metricName: string): IMetric =>
  new Metric({ namespace: 'AWS/ApiGateway', metricName, dimensionsMap: { ApiId }, statistic: 'Sum', period });
