import type { LocalClock } from './clock.ts';
import { builtConsole } from './console/builtConsole.ts';
import { consoleServer } from './console/consoleServer.ts';
import { stageSignIn } from './console/stageSignIn.ts';
import { startSweeping } from './database/database.ts';
import type { Engine } from './database/engine.ts';
import { endFormerConnections } from './database/formerConnections.ts';
import type { FaultBox } from './faults.ts';
import { type Foundation, layFoundation, type OnClose } from './foundation.ts';
import { watchSources } from './functions/watchSources.ts';
import { consoleRoutes } from './http/consoleRoutes.ts';
import type { Issuer } from './http/issuer.ts';
import type { LocalState } from './http/localApi.ts';
import { serverHandlers } from './http/serverHandlers.ts';
import { trustedTokens } from './http/stageIssuer.ts';
import { openParts, type Parts, readAws, readState, replaceWiring } from './parts.ts';
import type { PutEvent } from './services/eventBus.ts';
import { startEvents } from './services/startEvents.ts';
import { type ChosenOptions, type LocalStackOptions, withDefaults } from './stackOptions.ts';
import { readStack, type StackDescription } from './template/readStack.ts';
import type { Template } from './template/template.ts';

export type { LocalStackOptions } from './stackOptions.ts';

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
    return await start(withDefaults(options), (closer) => closers.push(closer), close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function start(
  options: ChosenOptions,
  onClose: OnClose,
  stop: () => Promise<void>,
): Promise<LocalStack> {
  const foundation = await layFoundation(options, onClose);
  const { parts, description } = await openParts(foundation, onClose);
  const { clock, faults, bus, rows, functions, webSocket } = parts;
  const events = replaceableEvents(parts, description);
  const sweeping = startSweeping(rows, clock, options.log);
  if (foundation.engine.name === 'dynoxide' && options.dataDir !== undefined) {
    const { invoke } = functions;
    await endFormerConnections({ description: description.webSocket, rows, invoke, clock, log: options.log });
  }
  const { issuer } = foundation;
  const tokens = trustedTokens(description.functions);
  const urls = urlsOf(foundation, parts, tokens?.issuer);
  const state = () => readState(parts);
  const built = builtConsole(options.log);
  onClose(built.close);
  const addresses = {
    ...urls,
    stage: options.stage,
    // A stage may name an issuer of its own, and then takes no token of the stack's.
    tokens: urls.issuer === foundation.issuerUrl && options.tokens === 'local' ? 'local' : 'stage',
  } as const;
  const signIn = options.tokens === 'stage' && tokens ? stageSignIn(options, tokens) : undefined;
  const serveConsole = consoleServer({ addresses, built, signIn });
  const aws = () => readAws(parts, events.description());
  const handlers = { ...parts, serveConsole, issuer, state, events: bus.events, aws };
  foundation.server.mount(serverHandlers({ ...handlers, routes: consoleRoutes(parts) }));
  if (options.watch) {
    const { config, template } = foundation;
    const watcher = await watchSources({
      config,
      template,
      functions,
      rewire: events.rewire,
      log: options.log,
    });
    onClose(watcher.close);
  }
  onClose(sweeping.stop);
  onClose(webSocket.close);
  onClose(events.stop);
  return { ...urls, clock, faults, token: issuer.sign, state, events: bus.events, stop };
}

/** What runs functions without a caller, until another template takes its place. */
function replaceableEvents(parts: Parts, description: StackDescription) {
  let current = description;
  let running = startEvents(description, parts);
  return {
    description: () => current,
    async rewire(template: Template): Promise<void> {
      const next = readStack(template, parts.addresses);
      if (JSON.stringify(next.table) !== JSON.stringify(description.table)) {
        parts.log('The definition of the table changed: restart to use it.');
      }
      await replaceWiring(parts, next);
      running.stop();
      running = startEvents(next, parts);
      current = next;
    },
    stop: () => running.stop(),
  };
}

function urlsOf(
  { server: { httpUrl }, options, issuerUrl, engine }: Foundation,
  { wsUrl, aws }: Parts,
  trusted: string | undefined,
) {
  return {
    wsUrl,
    httpUrl,
    managementUrl: `${httpUrl}/${options.stage}`,
    issuer: trusted ?? issuerUrl,
    consoleUrl: `${httpUrl}/`,
    awsUrl: aws.endpoint,
    engine: engine.name,
  };
}
