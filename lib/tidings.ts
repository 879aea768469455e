import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { createApp } from '../core/api/createApp.ts';
import type { Feature } from '../core/feature.ts';
import type { FunctionName } from '../core/timeouts.ts';
import { queueVariable } from '../core/work/workers.ts';
import { CustomNames, socketUrlOf } from './apis/customNames.ts';
import { TidingsHttpApi } from './apis/httpApi.ts';
import { TidingsWebSocketApi } from './apis/webSocketApi.ts';
import { Delivery } from './background/delivery.ts';
import { EventBusApi, stageEventBus } from './background/eventBus.ts';
import { OutgoingEvents } from './background/outgoing.ts';
import { Reaper } from './background/reaper.ts';
import { Work } from './background/work.ts';
import { TidingsConsole } from './console.ts';
import { setAppCode } from './functions/appCode.ts';
import { engineFunction } from './functions/engineFunction.ts';
import { giveOutside } from './functions/outside.ts';
import { TidingsFunction } from './functions/tidingsFunction.ts';
import { Alarms } from './operating/alarms.ts';
import { addBudget } from './operating/budget.ts';
import { addDashboard } from './operating/dashboard.ts';
import { tagStack } from './operating/tags.ts';
import { isProtected } from './protection.ts';
import { requireResources } from './quotas.ts';
import { type Oidc, signInAt } from './settings/consoleSignIn.ts';
import { requireRegion } from './settings/region.ts';
import { type DeclaredStage, type StageConfig, stageOf } from './settings/stageConfig.ts';
import { TidingsTable } from './table.ts';
import { TidingsUserPool } from './userPool.ts';

export interface TidingsProps {
  /** What the app is made of. */
  readonly features: readonly Feature[];
  /** The module that exports them as `features`, relative to `root`: the functions are built from it. */
  readonly entry: string;
  /**
   * The folder of the app, with its package.json.
   *
   * @default the working directory, which is where the CDK's command line runs an app
   */
  readonly root?: string;
  /** @default the stage of cdk.json that is chosen with `-c stage=NAME`, or `dev` */
  readonly config?: DeclaredStage;
}

/**
 * Everything of one stage, in a stack of the app. The local stack runs the resulting template, so the two cannot differ.
 *
 * @example
 * new Tidings(new Stack(app, 'Tickets-dev'), 'Realtime', { features, entry: 'features/index.ts' });
 * @throws ConfigurationError with every setting that is wrong
 */
export class Tidings extends Construct {
  /** Where other services publish, and where the events come that a feature marks for them. */
  readonly eventBus: EventBus;
  /** The stage, with its issuer. */
  readonly config: StageConfig;

  constructor(
    scope: Construct,
    id: string,
    { features, entry, root = process.cwd(), ...props }: TidingsProps,
  ) {
    super(scope, id);
    setAppCode(this, { root, entry });
    const declared = props.config ?? stageOf(this, features);
    const webSocket = new TidingsWebSocketApi(this, 'WebSocket', declared);
    const socketUrl = declared.domain ? socketUrlOf(declared.domain) : webSocket.url;
    const pool = declared.settings.tokens ? undefined : new TidingsUserPool(this, 'UserPool', declared);
    const signIn = waysIn(declared, pool);
    const console = declared.console
      ? new TidingsConsole(this, 'Console', { config: declared, socketUrl, asks: signIn?.asks ?? [] })
      : undefined;
    // The console's app names the address of its pages, and the functions take its tokens.
    const oidc = console && signIn?.oidc(console.url);
    this.config = withIssuer(declared, pool, console);
    const { config } = this;
    requireResources(Stack.of(this));
    requireRegion(Stack.of(this), features, config);
    // A stack that its app protects by itself stays so where the stage asks for nothing.
    if (config.deletionProtection) Stack.of(this).terminationProtection = isProtected(this, config);
    tagStack(Stack.of(this), config);
    const app = createApp(features);
    const table = new TidingsTable(this, 'Data', config, { streams: app.emitted.size > 0 });
    this.eventBus = stageEventBus(this, 'EventBus', config);
    const { eventBus } = this;
    const { streamArn } = table;
    const outgoing =
      streamArn === undefined
        ? undefined
        : new OutgoingEvents(this, 'Outgoing', config, { streamArn, eventBus });

    const called = (id: string, name: FunctionName) =>
      new TidingsFunction(this, id, { config, ...engineFunction(name) });
    const authorize = called('Authorize', 'authorize');
    const connect = called('Connect', 'connect');
    const message = called('Message', 'message');
    const http = called('Http', 'http');
    const disconnect = called('Disconnect', 'disconnect');
    const delivery = new Delivery(this, 'Delivery', config);
    const { deliver } = delivery;
    const { reap } = new Reaper(this, 'Reaper', config);
    const { bus } = new EventBusApi(this, 'EventBusApi', config, eventBus);
    const works = [...app.work.values()].map(
      (rules) => new Work(this, `${capitalized(rules.name)}Work`, config, rules),
    );

    webSocket.route({ authorize, connect, disconnect, message }, [...app.actions.keys()]);
    // Of what was declared: the console's pages ask it by their own address, and need no CORS.
    const httpApi = new TidingsHttpApi(this, 'HttpApi', declared, http);
    console?.serve(httpApi, oidc);

    const workers = works.map(({ worker }) => worker);
    for (const each of [authorize, connect, disconnect, message, http, bus, deliver, reap, ...workers]) {
      each.addEnvironment({ TABLE_NAME: table.tableName });
    }
    for (const each of [connect, message, http, bus, deliver, reap, ...workers]) {
      each.addEnvironment({
        MANAGEMENT_URL: webSocket.managementUrl,
        DELIVERY_QUEUE_URL: delivery.queue.url,
      });
    }
    disconnect.addEnvironment({ DELIVERY_QUEUE_URL: delivery.queue.url });

    // Functions that accept, check or retry work put it into its queue.
    for (const { rules, queue, worker } of works) {
      for (const each of [message, http, bus, reap, ...(rules.workers.triesAgain ? [worker] : [])]) {
        each.addEnvironment({ [queueVariable(rules.name)]: queue.url });
        queue.allowSend(each);
      }
    }

    // Handlers of actions run in these, and may need what is outside.
    for (const feature of features) giveOutside(feature, config.settings, [message, http, bus]);

    // The authorizer only takes tickets, so that a hole in the token check gives access to no other row.
    table.allow(authorize, ['DeleteItem'], ['TICKET#*']);
    // What a connection leaves behind, its row names: nothing is read.
    table.allow(disconnect, ['PutItem', 'UpdateItem', 'DeleteItem']);
    for (const each of [deliver, reap, ...workers]) {
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

    const watched = {
      answering: { Connect: connect, Message: message, Http: http },
      authorizer: authorize,
      reaper: reap,
      queues: {
        // Its units are of seconds.
        Delivery: { oldestAge: delivery.queue.oldestAge, workSeconds: 0 },
        ...Object.fromEntries(works.map((work) => [capitalized(work.rules.name), work.watched])),
      },
      emit: outgoing?.emit,
      table,
      socketApi: webSocket,
    };
    if (config.alarms) new Alarms(this, 'Alarms', config, watched);
    addDashboard(this, 'Dashboard', config, watched);
    addBudget(this, 'Budget', config);

    const apis = { socket: webSocket, http: httpApi };
    const names = config.domain && new CustomNames(this, 'Names', config.domain, apis);
    this.output('WebSocketUrl', socketUrl, 'Where clients connect');
    this.output('HttpUrl', names?.httpUrl ?? httpApi.url, 'The HTTP API');
    this.output('ManagementUrl', webSocket.managementUrl, 'Where connections are posted to');
    this.output('EventBusName', eventBus.eventBusName, 'The event bus that other services publish on');
    if (console) this.output('ConsoleUrl', console.url, 'The console, in a browser');
    this.output('TableName', table.tableName, 'The table');
  }

  private output(id: string, value: string, description: string): void {
    new CfnOutput(this, id, { value, description });
  }
}

const capitalized = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);

/** Where the stage names no issuer, the stack has made one. The console's pages may connect. */
function withIssuer(
  { settings, ...declared }: DeclaredStage,
  pool: TidingsUserPool | undefined,
  console: TidingsConsole | undefined,
): StageConfig {
  const tokens = settings.tokens ?? pool?.tokens;
  if (!tokens) throw new Error('a stage without an issuer has a user pool');
  const allowedOrigins = [...settings.allowedOrigins, ...(console ? [console.url] : [])];
  return { ...declared, settings: { ...settings, tokens, allowedOrigins } };
}

/** How one signs in to the console, where that is not by a pasted token alone. */
interface WaysIn {
  /** Whom its pages ask. */
  readonly asks: readonly string[];
  /** @param url where they are */
  oidc(url: string): Oidc;
}

function waysIn(
  { console, settings: { tokens } }: DeclaredStage,
  pool: TidingsUserPool | undefined,
): WaysIn | undefined {
  if (console && pool) return { asks: pool.asks, oidc: (url) => pool.addConsole(url) };
  if (typeof console === 'boolean' || !tokens) return undefined;
  const { asks, oidc } = signInAt(console, tokens);
  return { asks, oidc: () => oidc };
}
