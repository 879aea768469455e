import { features } from '#features';
import { openTable } from '../adapters/dynamodb/connect.ts';
import { openEventBus } from '../adapters/eventbridge/connect.ts';
import { loggedMetrics, noMetrics } from '../adapters/logger/metrics.ts';
import { consoleReporter } from '../adapters/logger/reporter.ts';
import { systemClock, systemRandom } from '../adapters/system.ts';
import { createApp } from '../core/api/createApp.ts';
import { rateLimiter } from '../core/api/rateLimit.ts';
import { headCache } from '../core/log/headCache.ts';
import type { Metrics, Queue, Table, TokenVerifier } from '../core/ports.ts';
import type { Runtime } from '../core/runtime.ts';
import { EngineSettings, isSecure } from '../core/settings.ts';
import { queueVariable } from '../core/work/workers.ts';
import { lazyQueue, lazySockets, lazyVerifier } from './lazyPorts.ts';
import { once } from './once.ts';

/**
 * The only reader of the environment. Each part is made when it is first used, so a function carries and
 * starts only what it needs; marked as pure, what a function does not use is left out of its bundle. What few requests
 * use is imported with its first use (docs/decisions/0032-what-a-start-loads.md).
 */
function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`the function's environment lacks ${name}: deploy the stack again`);
  return value;
}

/** An address that what is sent to connections goes to, and the signatures with it. */
function secureSetting(name: string): string {
  const url = setting(name);
  if (!URL.canParse(url) || !isSecure(url))
    throw new Error(
      `the function's environment: ${name} must begin with https://, unless it is of this machine`,
    );
  return url;
}

/** Lambda gives every function these; named here, the SDK does not search for them. */
export const aws = /* @__PURE__ */ once(() => {
  const sessionToken = process.env.AWS_SESSION_TOKEN;
  return {
    region: setting('AWS_REGION'),
    credentials: {
      accessKeyId: setting('AWS_ACCESS_KEY_ID'),
      secretAccessKey: setting('AWS_SECRET_ACCESS_KEY'),
      ...(sessionToken && { sessionToken }),
    },
  };
});

/** For the client of a service, with the address that the AWS SDKs take from the environment in the place of the service's own. */
export const awsAt = (service: 'DYNAMODB' | 'EVENTBRIDGE' | 'BEDROCK_RUNTIME' | 'TRANSLATE') => {
  const endpoint = process.env[`AWS_ENDPOINT_URL_${service}`];
  return { ...aws(), ...(endpoint && { endpoint }) };
};

/** The app, put together from its features. Made on import, so that one that cannot work is refused before it is live. */
export const app = /* @__PURE__ */ createApp(features);

/** The stage's settings. */
export const settings = /* @__PURE__ */ once(() => app.settings.parse(JSON.parse(setting('SETTINGS'))));

const table = /* @__PURE__ */ once((): Table => {
  const parts = { tableName: setting('TABLE_NAME'), clock: systemClock, random: systemRandom };
  return openTable(parts, awsAt('DYNAMODB'));
});

/** Of the requests over a socket only `auth` brings a token. */
function verifierOf(issuer: Runtime['settings']['tokens']): TokenVerifier {
  const parts = { ...issuer, clock: systemClock };
  return lazyVerifier(async () => (await import('../adapters/jwt/verifier.ts')).joseVerifier(parts));
}

const tokens = /* @__PURE__ */ once(() => verifierOf(settings().tokens));

const sockets = /* @__PURE__ */ once(() => {
  const at = { ...aws(), endpoint: secureSetting('MANAGEMENT_URL') };
  return lazySockets(async () => (await import('../adapters/apigateway/connect.ts')).openSockets(at));
});

/** Opened when it is first sent to: by large audiences, work that is taken on, and what failed. */
function queueAt(variable: string): Queue {
  const url = setting(variable);
  return lazyQueue(async () => (await import('../adapters/sqs/connect.ts')).openQueue(url, aws()));
}

const queue = /* @__PURE__ */ once(() => queueAt('DELIVERY_QUEUE_URL'));

/** The queue of each kind of work. */
function workQueues(): Runtime['work'] {
  const queues = [...app.work.keys()].map((name) => {
    const open = once(() => queueAt(queueVariable(name)));
    return [name, { get: open, enumerable: true }] as const;
  });
  return Object.defineProperties({}, Object.fromEntries(queues));
}

/** For `$disconnect`, which opens the queue only to queue a presence update. */
export const disconnectRuntime = () => ({
  table: table(),
  clock: systemClock,
  random: systemRandom,
  reporter: consoleReporter,
  get queue() {
    return queue();
  },
});

/** The authorizer runs before each connection, and starts sooner without the features. */
const handshakeSettings = /* @__PURE__ */ once(() => EngineSettings.parse(JSON.parse(setting('SETTINGS'))));

/** The figures of this execution environment, which serves one request at a time. */
export const metrics = /* @__PURE__ */ once((): Metrics => {
  const { stage, metrics: areOn } = handshakeSettings();
  return areOn ? loggedMetrics(stage) : noMetrics;
});

const handshakeTokens = /* @__PURE__ */ once(() => verifierOf(handshakeSettings().tokens));

/** For the authorizer, which opens the table only for a ticket. */
export const handshakeRuntime = () => ({
  settings: handshakeSettings(),
  tokens: handshakeTokens(),
  clock: systemClock,
  get table() {
    return table();
  },
});

const eventBus = /* @__PURE__ */ once(() => openEventBus(setting('EVENT_BUS_NAME'), awsAt('EVENTBRIDGE')));

/** For the function that brings events to other services. */
export const emitRuntime = () => ({
  bus: eventBus(),
  clock: systemClock,
  random: systemRandom,
  reporter: consoleReporter,
});

/** For functions that answer and send. */
export const runtime = /* @__PURE__ */ once((): Runtime => {
  const { framesPerSecond, frameBurst } = settings().limits;
  return {
    app: app,
    settings: settings(),
    table: table(),
    sockets: sockets(),
    queue: queue(),
    work: workQueues(),
    tokens: tokens(),
    clock: systemClock,
    random: systemRandom,
    reporter: consoleReporter,
    metrics: metrics(),
    headCache: headCache(),
    lastSent: new Map(),
    formerRowsOver: new Set(),
    rates: rateLimiter({ perSecond: framesPerSecond, burst: frameBurst, isNew: true }),
  };
});
