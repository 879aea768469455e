/**
 * What API Gateway allows. Every default is AWS's own, unless its line says otherwise.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
 */
export interface Quotas {
  /** A longer frame closes the connection with 1009. */
  frameBytes: number;
  /** A longer message closes the connection with 1009; a longer post is refused with 413. */
  messageBytes: number;
  /** Without data in either direction for this long a connection is closed. */
  idleTimeoutMs: number;
  /** The longest life of a connection. */
  maxConnectionMs: number;
  /** How long an integration may take that does not say so itself. */
  integrationTimeoutMs: number;
  /**
   * Messages and @connections requests together, a token bucket.
   * https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
   */
  requestsPerSecond: number;
  /** The size of that bucket. */
  requestBurst: number;
  /** New connections; AWS names no burst, so one second's worth may come at once. */
  connectsPerSecond: number;
  /** Path and query string together; a token in the query string can exceed it. */
  urlCharacters: number;
  /** An authorizer's answer as JSON. */
  authorizerResultBytes: number;
  /** An API with more of them is not taken. */
  routesPerApi: number;
  /** What may wait for a slow client before posts to it are refused with 429. AWS does not name its size. */
  sendBufferBytes: number;
}

export const awsQuotas: Quotas = {
  frameBytes: 32_768,
  messageBytes: 131_072,
  idleTimeoutMs: 600_000,
  maxConnectionMs: 7_200_000,
  integrationTimeoutMs: 29_000,
  requestsPerSecond: 10_000,
  requestBurst: 5_000,
  connectsPerSecond: 500,
  urlCharacters: 4_096,
  authorizerResultBytes: 8_192,
  routesPerApi: 300,
  sendBufferBytes: 1_048_576,
};
