import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { createApp } from '../core/api/createApp.ts';
import type { Feature } from '../core/feature.ts';
import { type FunctionName, functionTimeoutsMs } from '../core/timeouts.ts';
import { queueVariable } from '../core/work/workers.ts';
import { Delivery } from './delivery.ts';
import { EventBusApi } from './eventBus.ts';
import { TidingsHttpApi } from './httpApi.ts';
import { Reaper } from './reaper.ts';
import type { StageConfig } from './stageConfig.ts';
import { TidingsTable } from './table.ts';
import { TidingsFunction } from './tidingsFunction.ts';
import { TidingsWebSocketApi } from './webSocketApi.ts';
import { Work } from './work.ts';

export interface TidingsStackProps extends StackProps {
  readonly config: StageConfig;
  /** What the app is made of. */
  readonly features: readonly Feature[];
}

/** Everything of one stage. The local stack runs the resulting template, so the two cannot differ. */
export class TidingsStack extends Stack {
  constructor(scope: Construct, id: string, { config, features, ...props }: TidingsStackProps) {
    super(scope, id, { terminationProtection: config.deletionProtection, ...props });
    const table = new TidingsTable(this, 'Data', config);
    const webSocket = new TidingsWebSocketApi(this, 'WebSocket', config);

    const called = (id: string, name: FunctionName) =>
      new TidingsFunction(this, id, {
        config,
        entry: `lambdas/${name}.ts`,
        timeout: Duration.millis(functionTimeoutsMs[name]),
      });
    const authorize = called('Authorize', 'authorize');
    const connect = called('Connect', 'connect');
    const message = called('Message', 'message');
    const http = called('Http', 'http');
    const disconnect = called('Disconnect', 'disconnect');
    const delivery = new Delivery(this, 'Delivery', config);
    const { deliver } = delivery;
    const { reap } = new Reaper(this, 'Reaper', config);
    const { bus } = new EventBusApi(this, 'EventBusApi', config);
    const app = createApp(features);
    const works = [...app.work.values()].map(
      (rules) => new Work(this, `${capitalized(rules.name)}Work`, config, rules),
    );

    webSocket.route({ authorize, connect, disconnect, message }, [...app.actions.keys()]);
    const httpApi = new TidingsHttpApi(this, 'HttpApi', config, http);

    const workers = works.flatMap(({ functions }) => functions);
    for (const each of [authorize, connect, disconnect, message, http, bus, deliver, reap, ...workers]) {
      each.tell({ TABLE_NAME: table.tableName });
    }
    for (const each of [connect, message, http, bus, deliver, reap, ...workers]) {
      each.tell({ MANAGEMENT_URL: webSocket.managementUrl, DELIVERY_QUEUE_URL: delivery.queue.url });
    }
    disconnect.tell({ DELIVERY_QUEUE_URL: delivery.queue.url });

    // Functions that accept, check or retry work put it into its queue.
    for (const { rules, queue, worker } of works) {
      for (const each of [message, http, bus, reap, ...(rules.workers.triesAgain ? [worker] : [])]) {
        each.tell({ [queueVariable(rules.name)]: queue.url });
        queue.allowSend(each);
      }
    }

    // The authorizer only takes tickets, so that a hole in the token check gives access to no other row.
    table.allow(authorize, ['DeleteItem'], ['TICKET#*']);
    for (const each of [disconnect, deliver, reap, ...workers]) {
      table.allow(each, ['Query', 'GetItem', 'PutItem', 'UpdateItem', 'DeleteItem']);
    }
    for (const each of [connect, message, http, bus]) {
      table.allow(each, ['Query', 'GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem']);
    }
    // A function that posts may find a connection gone: it ends the connection and queues presence updates.
    for (const each of [message, http, bus, deliver, reap, ...workers]) {
      webSocket.allowConnections(each, ['POST', 'DELETE']);
    }
    // It also checks whether a connection is still there, before its slot is given to another.
    webSocket.allowConnections(connect, ['POST', 'DELETE', 'GET']);
    for (const each of [connect, disconnect, message, http, bus, deliver, reap, ...workers]) {
      delivery.queue.allowSend(each);
    }

    this.output('WebSocketUrl', webSocket.url, 'Where clients connect');
    this.output('HttpUrl', httpApi.url, 'The HTTP API');
    this.output('ManagementUrl', webSocket.managementUrl, 'Where connections are posted to');
    this.output('TableName', table.tableName, 'The table');
  }

  private output(id: string, value: string, description: string): void {
    new CfnOutput(this, id, { value, description });
  }
}

const capitalized = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);
