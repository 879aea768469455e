import type { AgentOptions } from 'node:http';

/** An unused connection is kept for as long as by the SDK for Java (`CONNECTION_MAX_IDLE_TIMEOUT`). */
const mostIdleMs = 60_000;

/** Connections stay open between requests, and those that only a rush needed end after it. */
export const keptConnections = (idleMs = mostIdleMs) =>
  ({ keepAlive: true, maxSockets: 64, timeout: idleMs }) satisfies AgentOptions;

/**
 * How an SDK client sends: a lost connection is noticed after a second, an answer that does not come after this
 * time, and not after the minutes that the SDK grants by default, since a person waits behind every call.
 */
export const requestsWithin = (timeoutMs: number) => ({
  connectionTimeout: 1_000,
  requestTimeout: timeoutMs,
  throwOnRequestTimeout: true,
  httpsAgent: keptConnections(),
  httpAgent: keptConnections(),
});
