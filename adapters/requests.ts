import type { AgentOptions } from 'node:http';

/**
 * As the SDK for Java has it, `CONNECTION_MAX_IDLE_TIMEOUT`:
 * https://github.com/aws/aws-sdk-java-v2/blob/master/http-client-spi/src/main/java/software/amazon/awssdk/http/SdkHttpConfigurationOption.java
 */
const maxIdleMs = 60_000;

/** Connections stay open between requests, and those that only a rush needed end after it. */
export const keptConnections = (idleMs = maxIdleMs) =>
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
