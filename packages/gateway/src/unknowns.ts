/**
 * What AWS does not document. Each is a switch, so that a program can be run against either answer;
 * the defaults are the likelier ones.
 */
export interface Unknowns {
  /** Handshake status where the `$connect` function throws or its answer is malformed. */
  connectFailureStatus: number;
  /** Handshake status where Lambda does not run the `$connect` function: its account runs as many as it may. */
  connectThrottledStatus: number;
  /** Handshake status where the `$connect` function takes too long. */
  connectTimeoutStatus: number;
  /** How long an authorizer may take, in milliseconds. AWS names none for WebSocket APIs; 10 s is said of its others. */
  authorizerTimeoutMs: number;
  /** Whether response headers of `$connect`, other than the subprotocol, reach the client. */
  connectHeadersReachClient: boolean;
  /** Whether `$disconnect` runs for a client that left while a successful `$connect` was running. */
  disconnectAfterAbortedConnect: boolean;
  /** Status of a plain request, without an upgrade, to the stage's address. */
  plainGetStatus: number;
  /** Handshake status where the address is longer than allowed. */
  longUrlStatus: number;
  /** Whether a client's ping is answered with a pong. */
  pongs: boolean;
  /** Whether a client's ping counts as activity. Users report that it does not. */
  pingResetsIdle: boolean;
  /** Close code after the longest life of a connection. */
  maxConnectionCloseCode: number;
  /** `disconnectReason` of a connection that was lost without a close frame (1006). */
  lostConnectionReason: string;
  /** Text of the frame that a client gets when an integration takes too long. */
  integrationTimeoutMessage: string;
  /** Text of the frame that a client gets when its message is throttled. */
  throttledMessage: string;
  /** What an answer without a status code is on a message route: an error frame, or nothing special. */
  answerWithoutStatus: 'error' | 'accepted';
  /** Whether a number or boolean in the body can be a route key, or counts as absent. */
  scalarRouteKeys: 'stringified' | 'absent';
  /** Whether route keys match in any case. */
  routeKeysIgnoreCase: boolean;
  /** Posts above the frame size and up to the message size: one message of several frames, one large frame, or 413. */
  largePosts: 'fragmented' | 'whole' | 'refused';
  /** A post whose bytes are no UTF-8: 400, or a text frame that no client may accept. */
  invalidUtf8Posts: 'refused' | 'sent';
  /** Whether @connections refuses a request without an Authorization header. What is in it, `authorizeManagement` may check. */
  managementNeedsAuthorization: boolean;
}

export const likelyUnknowns: Unknowns = {
  connectFailureStatus: 502,
  connectThrottledStatus: 500,
  connectTimeoutStatus: 504,
  authorizerTimeoutMs: 10_000,
  connectHeadersReachClient: false,
  disconnectAfterAbortedConnect: true,
  plainGetStatus: 426,
  longUrlStatus: 414,
  pongs: true,
  pingResetsIdle: false,
  maxConnectionCloseCode: 1001,
  lostConnectionReason: '',
  integrationTimeoutMessage: 'Endpoint request timed out',
  throttledMessage: 'Too Many Requests',
  answerWithoutStatus: 'error',
  scalarRouteKeys: 'stringified',
  routeKeysIgnoreCase: false,
  largePosts: 'fragmented',
  invalidUtf8Posts: 'refused',
  managementNeedsAuthorization: true,
};
