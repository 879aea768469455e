import {
  createHttpGateway,
  createWebSocketGateway,
  type HttpGateway,
  type Quotas,
  type WebSocketGateway,
} from '@tidings/gateway';
import { engineRoot } from '../lib/appCode.ts';
import { type LocalClock, localClock } from './clock.ts';
import { type Database, openDatabase, startSweeping } from './database/database.ts';
import { takeDataFolder } from './database/dataFolder.ts';
import { chooseEngine, type Engine } from './database/engine.ts';
import { endFormerConnections } from './database/formerConnections.ts';
import { readKeptTime } from './database/keptTime.ts';
import { countByKind } from './database/rows.ts';
import { type FaultBox, faultBox, gatewayFaults } from './faults.ts';
import { type Functions, localFunctions } from './functions/functions.ts';
import { sdkEnvironment } from './functions/sdkEnvironment.ts';
import { watchSources } from './functions/watchSources.ts';
import { handshakeLines } from './http/handshakeLines.ts';
import { type Issuer, openIssuer } from './http/issuer.ts';
import { landingPage } from './http/landingPage.ts';
import type { LocalState } from './http/localApi.ts';
import { openServer } from './http/server.ts';
import { serverHandlers } from './http/serverHandlers.ts';
import { noIssuer, trustedIssuer } from './http/stageIssuer.ts';
import { httpApi, type InvokeFunction, webSocketApi } from './http/wireApis.ts';
import type { LocalConfigOptions, SettingsOverrides } from './localConfig.ts';
import { openAwsServer } from './services/awsServer.ts';
import { eventBus, type PutEvent } from './services/eventBus.ts';
import { localQueues } from './services/sqs.ts';
import { type Services, startEvents } from './services/startEvents.ts';
import { readStack, type StackDescription } from './template/readStack.ts';
import { synthesize, synthesizeApp } from './template/synthesize.ts';
import type { Addresses, Template } from './template/template.ts';

export interface LocalStackOptions {
  /**
   * The folder of the app that is run.
   *
   * @default this repository's
   */
  readonly root?: string;
  /** 0 takes any that is free. */
  readonly port: number;
  /** Where rows and the issuer's key are kept. @default nothing is kept */
  readonly dataDir?: string;
  /** The memory adapters in the place of an engine. @default false */
  readonly memory?: boolean;
  /** Whether senders get `fanout.complete` frames. @default what cdk.json says */
  readonly completions?: boolean;
  /** Whether changed source files are loaded at once. @default false */
  readonly watch?: boolean;
  /** @default dev */
  readonly stage?: string;
  /** Whose tokens are taken: those of the stack's own issuer, or of whom the stage names. @default local */
  readonly tokens?: 'local' | 'stage';
  readonly settings?: SettingsOverrides;
  /** Quotas of API Gateway that differ from AWS's own. */
  readonly quotas?: Partial<Quotas>;
  /** How many invocations of a function run at the same time. @default 16 */
  readonly atOnce?: number;
  /** Gets whole lines, never a token or a message. @default standard error */
  readonly log?: (text: string) => void;
}

export interface LocalStack {
  readonly wsUrl: string;
  readonly httpUrl: string;
  /** What the SDK's management client takes as its endpoint. */
  readonly managementUrl: string;
  /** Whose tokens are taken. */
  readonly issuer: string;
  readonly consoleUrl: string;
  /** The endpoint of SQS and of EventBridge, for their SDK clients. */
  readonly awsUrl: string;
  readonly engine: Engine['name'];
  readonly clock: LocalClock;
  readonly faults: FaultBox;
  /** The same as `POST {issuer}/token` of the stack's own issuer. */
  readonly token: Issuer['sign'];
  state(): Promise<LocalState>;
  /** The newest events that were put on the event bus, oldest first. */
  events(): readonly PutEvent[];
  /** Closes sockets with 1001 and lets what runs finish, for some seconds. */
  stop(): Promise<void>;
}

/**
 * Runs the whole stack in this process, from the template that the CDK app gives.
 * @throws {CannotStart} with a sentence for the user: a taken port, a broken cdk.json
 */
export async function startLocalStack(options: LocalStackOptions): Promise<LocalStack> {
  // Functions are deployed to Node 24, so the SDK's warning about this machine's Node does not matter.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const closers: (() => unknown)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    return await start(options, (closer) => closers.push(closer), close);
  } catch (error) {
    await close();
    throw error;
  }
}

type OnClose = (closer: () => unknown) => void;

async function start(
  options: LocalStackOptions,
  onClose: OnClose,
  stop: () => Promise<void>,
): Promise<LocalStack> {
  const {
    root = engineRoot,
    stage = 'dev',
    tokens = 'local',
    dataDir,
    memory = false,
    log = (text: string) => console.error(text),
  } = options;
  const kept = dataDir === undefined ? {} : { dataDir };
  const external = process.env.AWS_ENDPOINT_URL_DYNAMODB;
  // First, options that exclude each other are refused before anything is written.
  const openEngine = chooseEngine({ memory, ...kept, external, log });
  if (dataDir !== undefined) onClose(await takeDataFolder(dataDir));
  const server = await openServer(options.port, log);
  onClose(server.close);
  const { httpUrl } = server;
  const issuerUrl = `${httpUrl}/issuer`;
  const clock = localClock(dataDir === undefined ? {} : await readKeptTime(dataDir));
  onClose(clock.stop);
  const faults = faultBox();
  const completions = options.completions === undefined ? {} : { completions: options.completions };
  const config: LocalConfigOptions = {
    root,
    stage,
    httpUrl,
    tokens,
    settings: { ...options.settings, ...completions },
  };

  const opening = openEngine().then((engine) => {
    onClose(engine.stop);
    return engine;
  });
  const [engine, template, issuer] = await Promise.all([
    opening,
    root === engineRoot ? synthesize(config) : synthesizeApp(config),
    // If the engine cannot start, nothing must be written.
    opening.then(() => (tokens === 'stage' ? noIssuer : openIssuer({ url: issuerUrl, clock, ...kept }))),
  ]).catch(async (error: unknown) => {
    await opening.catch(() => {});
    throw error;
  });

  // Made before the functions that they run; both only come together once something is sent.
  const invoke: InvokeFunction = (...args) => functions.invoke(...args);
  const queues = localQueues(clock);
  const bus = eventBus({ clock, invoke, log });
  const aws = await openAwsServer(queues, bus);
  onClose(aws.close);
  const addresses: Addresses = { httpUrl, queueUrl: aws.queueUrl };
  const description = readStack(template, addresses);
  const database = await openDatabase({ engine, table: description.table, faults, clock });
  onClose(database.close);

  const env = sdkEnvironment({
    aws: aws.endpoint,
    ...(database.endpoint === undefined ? {} : { dynamodb: database.endpoint }),
  });
  const functions = localFunctions({
    root,
    clock,
    env,
    log,
    atOnce: options.atOnce,
    ...(database.table ? { table: database.table } : {}),
  });
  onClose(functions.close);
  await functions.load(description.functions);

  const wsUrl = `${httpUrl.replace(/^http/, 'ws')}/${stage}`;
  const onError = (what: string, cause: unknown) => log(`${what}: ${inWords(cause)}`);
  const webSocket = createWebSocketGateway(webSocketApi(description.webSocket, invoke), {
    clock,
    faults: gatewayFaults(faults),
    onError,
    onHandshake: handshakeLines(wsUrl, log),
    ...(options.quotas ? { quotas: options.quotas } : {}),
  });
  const http = description.http && createHttpGateway(httpApi(description.http, invoke), { clock, onError });
  const { rows, stream } = database;
  const pieces: Pieces = { clock, faults, functions, queues, bus, webSocket, http, rows, stream, log };
  let services = startEvents(description, pieces);
  const sweeping = startSweeping(rows, clock, log);
  if (engine.name === 'dynoxide' && dataDir !== undefined) {
    await endFormerConnections({
      description: description.webSocket,
      rows,
      invoke,
      clock,
      log,
    });
  }

  const urls = {
    wsUrl,
    httpUrl,
    managementUrl: `${httpUrl}/${stage}`,
    issuer: trustedIssuer(description.functions) ?? issuerUrl,
    consoleUrl: `${httpUrl}/`,
    awsUrl: aws.endpoint,
    engine: engine.name,
  };
  const state = () => readState({ ...pieces, database });
  server.mount(serverHandlers({ ...pieces, page: landingPage(urls), issuer, state, events: bus.events }));

  if (options.watch) {
    const rewire = async (next: Template) => {
      const described = readStack(next, addresses);
      if (JSON.stringify(described.table) !== JSON.stringify(description.table)) {
        log('The definition of the table changed: restart to use it.');
      }
      await replaceWiring(described, pieces);
      services.stop();
      services = startEvents(described, pieces);
    };
    const watcher = await watchSources({ config, template, functions, rewire, log });
    onClose(watcher.close);
  }
  onClose(sweeping.stop);
  onClose(webSocket.close);
  onClose(() => services.stop());

  return { ...urls, clock, faults, token: issuer.sign, state, events: bus.events, stop };
}

interface Pieces extends Services {
  readonly functions: Functions;
  readonly webSocket: WebSocketGateway;
  readonly http: HttpGateway | undefined;
}

async function replaceWiring(
  description: StackDescription,
  { functions, webSocket, http }: Pieces,
): Promise<void> {
  await functions.load(description.functions);
  webSocket.replaceApi(webSocketApi(description.webSocket, functions.invoke));
  if (http && description.http) http.replaceApi(httpApi(description.http, functions.invoke));
}

async function readState({
  clock,
  queues,
  webSocket,
  database,
}: Pieces & { database: Database }): Promise<LocalState> {
  return {
    openSockets: webSocket.openConnections(),
    rows: await countByKind(database.rows),
    posts: webSocket.postCount(),
    databaseOperations: database.operations(),
    queues: Object.fromEntries(queues.all().map((queue) => [queue.name, queue.counts()])),
    nowMs: clock.now(),
  };
}

function inWords(cause: unknown): string {
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
}
