import {
  createHttpGateway,
  createWebSocketGateway,
  type HttpGateway,
  type WebSocketGateway,
} from '@tidings/gateway';
import { type Database, openDatabase } from './database/database.ts';
import { countByKind } from './database/rows.ts';
import { gatewayFaults } from './faults.ts';
import type { Foundation, OnClose } from './foundation.ts';
import { type Functions, localFunctions } from './functions/functions.ts';
import { sdkEnvironment } from './functions/sdkEnvironment.ts';
import { handshakeLines } from './http/handshakeLines.ts';
import type { LocalAws, LocalState } from './http/localApi.ts';
import { managementRights } from './http/managementRights.ts';
import { httpApi, type InvokeFunction, webSocketApi } from './http/wireApis.ts';
import { type Observer, observer as observe } from './metrics/observer.ts';
import { type Callers, callers as callersOf } from './rights/callers.ts';
import { type Keyring, keyring } from './rights/credentials.ts';
import { rightsFolderVariable, rightsUsed } from './rights/rightsUsed.ts';
import { type AwsServer, openAwsServer } from './services/awsServer.ts';
import { eventBus } from './services/eventBus.ts';
import { localQueues } from './services/sqs.ts';
import type { Services } from './services/startEvents.ts';
import { readStack, type StackDescription } from './template/readStack.ts';
import { type Addresses, account } from './template/template.ts';

/** What stands for the resources of a template. It lives on when the template is replaced. */
export interface Parts extends Services {
  readonly addresses: Addresses;
  readonly aws: AwsServer;
  /** Who may call the services. */
  readonly callers: Callers;
  readonly database: Database;
  readonly functions: Functions;
  readonly wsUrl: string;
  readonly webSocket: WebSocketGateway;
  readonly http: HttpGateway | undefined;
  readonly observer: Observer;
}

/** @returns them, and the description that they were made of */
export async function openParts(
  foundation: Foundation,
  onClose: OnClose,
): Promise<{ parts: Parts; description: StackDescription }> {
  const { clock, faults, engine, server, template } = foundation;
  const { log } = foundation.options;
  // Made before the functions that they run; both only come together once something is sent.
  const invoke: InvokeFunction = (...args) => functions.invoke(...args);
  const queues = localQueues(clock);
  const bus = eventBus({ clock, invoke, log });
  const keys = keyring();
  // What is denied for a mistake that a test planted is none that the test would have to tell of.
  const folder = foundation.options.changeTemplate ? undefined : process.env[rightsFolderVariable];
  const callers = callersOf({ keys, used: rightsUsed(folder), log });
  const aws = await openAwsServer({ queues, bus, callers });
  onClose(aws.close);
  const addresses: Addresses = { httpUrl: server.httpUrl, queueUrl: aws.queueUrl };
  const description = readStack(template, addresses);
  callers.use(description);
  const observer = observe(wsUrlOf(foundation));
  const { strict } = foundation.options;
  const database = await openDatabase({
    engine,
    table: description.table,
    faults,
    clock,
    strict,
    callers,
    units: observer.units,
  });
  onClose(database.close);
  const functions = openFunctions(foundation, keys, aws, database, observer);
  onClose(functions.close);
  await functions.load(description.functions);
  const gateways = openGateways(foundation, callers, description, invoke, observer);
  onClose(observer.watch({ webSocket: gateways.webSocket, queues }).stop);
  const { rows, stream } = database;
  const services: Services = { clock, faults, functions, queues, bus, rows, stream, log };
  const parts = { ...services, addresses, aws, callers, database, functions, observer, ...gateways };
  return { parts, description };
}

function openFunctions(
  { options, clock, server }: Foundation,
  keys: Keyring,
  aws: AwsServer,
  { endpoint, table }: Database,
  observer: Observer,
): Functions {
  const { root, log, atOnce, concurrency } = options;
  const endpoints = { aws: aws.endpoint, ...(endpoint === undefined ? {} : { dynamodb: endpoint }) };
  return localFunctions({
    ...{ root, clock, atOnce, concurrency, table, dialer: server.dialer },
    log: (text) => observer.line(text) && log(text),
    env: (functionId, environment) => sdkEnvironment(endpoints, keys.issue(functionId, environment)),
  });
}

const wsUrlOf = ({ server, options }: Foundation) =>
  `${server.httpUrl.replace(/^http/, 'ws')}/${options.stage}`;

function openGateways(
  foundation: Foundation,
  callers: Callers,
  { webSocket, http }: StackDescription,
  invoke: InvokeFunction,
  observer: Observer,
): Pick<Parts, 'wsUrl' | 'webSocket' | 'http'> {
  const { log, quotas } = foundation.options;
  const wsUrl = wsUrlOf(foundation);
  const print = handshakeLines(wsUrl, log);
  const { clock } = foundation;
  const onError = (what: string, cause: unknown) => log(`${what}: ${textOf(cause)}`);
  return {
    wsUrl,
    webSocket: createWebSocketGateway(webSocketApi(webSocket, invoke), {
      clock,
      faults: gatewayFaults(foundation.faults),
      onError,
      onHandshake(outcome) {
        print(outcome);
        observer.onHandshake(outcome);
      },
      authorizeManagement: managementRights(webSocket, callers, clock.now),
      ...(quotas ? { quotas } : {}),
    }),
    http: http && createHttpGateway(httpApi(http, invoke), { clock, onError }),
  };
}

function textOf(cause: unknown): string {
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
}

/** Has the parts do what another template says. */
export async function replaceWiring(
  { callers, functions, webSocket, http }: Parts,
  description: StackDescription,
): Promise<void> {
  await functions.load(description.functions);
  callers.use(description);
  webSocket.replaceApi(webSocketApi(description.webSocket, functions.invoke));
  if (http && description.http) http.replaceApi(httpApi(description.http, functions.invoke));
}

export async function readState({ clock, queues, webSocket, database }: Parts): Promise<LocalState> {
  return {
    openSockets: webSocket.openConnections(),
    rows: await countByKind(database.rows),
    posts: webSocket.postCount(),
    databaseOperations: database.operations(),
    queues: Object.fromEntries(queues.all().map((queue) => [queue.name, queue.counts()])),
    nowMs: clock.now(),
  };
}

/** What a program needs that asks the services as an operator would. */
export function readAws({ aws, database }: Parts, { table, queues, rules }: StackDescription): LocalAws {
  const eventBusName = rules.find(({ pattern }) => pattern)?.bus;
  return {
    region: account.region,
    endpoint: aws.endpoint,
    ...(database.endpoint === undefined ? {} : { dynamodb: database.endpoint }),
    tableName: table.name,
    ...(eventBusName === undefined ? {} : { eventBusName }),
    queues: queues.map(({ name }) => ({ name, url: aws.queueUrl(name) })),
  };
}
