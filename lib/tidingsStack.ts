import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Delivery } from './delivery.ts';
import { TidingsHttpApi } from './httpApi.ts';
import { Reaper } from './reaper.ts';
import type { StageConfig } from './stageConfig.ts';
import { TidingsTable } from './table.ts';
import { TidingsFunction } from './tidingsFunction.ts';
import { TidingsWebSocketApi } from './webSocketApi.ts';

export interface TidingsStackProps extends StackProps {
  readonly config: StageConfig;
}

/** Everything of one stage. The local stack runs what this puts into the template, so the two cannot differ. */
export class TidingsStack extends Stack {
  constructor(scope: Construct, id: string, { config, ...props }: TidingsStackProps) {
    super(scope, id, { terminationProtection: config.deletionProtection, ...props });
    const table = new TidingsTable(this, 'Data', config);
    const webSocket = new TidingsWebSocketApi(this, 'WebSocket', config);

    // Somebody waits for each of these. A commit gives up after 3 s, so 10 s is a function that hangs.
    const waitedFor = (id: string, entry: string) =>
      new TidingsFunction(this, id, { config, entry, timeout: Duration.seconds(10) });
    const authorize = waitedFor('Authorize', 'lambdas/authorize.ts');
    const connect = waitedFor('Connect', 'lambdas/connect.ts');
    const message = waitedFor('Message', 'lambdas/message.ts');
    const http = waitedFor('Http', 'lambdas/http.ts');
    const disconnect = new TidingsFunction(this, 'Disconnect', {
      config,
      entry: 'lambdas/disconnect.ts',
      timeout: Duration.seconds(30),
    });
    const delivery = new Delivery(this, 'Delivery', config);
    const { deliver } = delivery;
    const { reap } = new Reaper(this, 'Reaper', config);

    webSocket.route({ authorize, connect, disconnect, message });
    const httpApi = new TidingsHttpApi(this, 'HttpApi', config, http);

    for (const each of [authorize, connect, disconnect, message, http, deliver, reap]) {
      each.tell({ TABLE_NAME: table.tableName });
    }
    for (const each of [connect, message, http, deliver, reap]) {
      each.tell({ MANAGEMENT_URL: webSocket.managementUrl, DELIVERY_QUEUE_URL: delivery.queueUrl });
    }

    // The authorizer only takes tickets. Whoever finds a hole in the token check gets no other row from it.
    table.allow(authorize, ['DeleteItem'], ['TICKET#*']);
    for (const each of [disconnect, deliver, reap]) {
      table.allow(each, ['Query', 'GetItem', 'PutItem', 'UpdateItem', 'DeleteItem']);
    }
    for (const each of [connect, message, http]) {
      table.allow(each, ['Query', 'GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem']);
    }
    for (const each of [message, http, deliver]) {
      webSocket.allowConnections(each, ['POST', 'DELETE']);
      delivery.allowSend(each);
    }
    // These two also ask whether a connection is still there, before its slot is given to another.
    for (const each of [connect, reap]) webSocket.allowConnections(each, ['POST', 'DELETE', 'GET']);

    this.output('WebSocketUrl', webSocket.url, 'Where clients connect');
    this.output('HttpUrl', httpApi.url, 'The HTTP door');
    this.output('ManagementUrl', webSocket.managementUrl, 'Where connections are posted to');
    this.output('TableName', table.tableName, 'The table');
  }

  private output(id: string, value: string, description: string): void {
    new CfnOutput(this, id, { value, description });
  }
}
