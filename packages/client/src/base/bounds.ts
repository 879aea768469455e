/**
 * How long the client waits for what, and how much it takes on. They stand here by themselves, since a bundler puts
 * numbers of a module that imports nothing into the places where they are used.
 */

// The connection.
export const attemptTimeoutMs = 30_000;
/** A connection that held this long ends the series of failed attempts, and of those that the server ended at once. */
export const stableMs = 10_000;
export const drainMs = 5_000;
/** A browser that says offline is wrong now and then. */
export const offlineRetryMs = 60_000;
export const shortestRotationMs = 10_000;
/** So long a token that was just made is not to blame for refusals; an outage may last longer than a token. */
export const renewedForMs = 300_000;
/** How long the other end of a line may take to say goodbye. */
export const goodbyeMs = 1_000;

// Signs of life.
/** Whatever a server asks for, not one ping after the other. */
export const shortestIntervalMs = 1_000;
export const pongTimeoutMs = 10_000;
export const probeTimeoutMs = 5_000;
export const answerPatienceMs = 10_000;

// A better token.
export const renewalPatienceMs = 30_000;
/** The server takes no token with less than a minute to live, and getting one takes a while. */
export const minLeadMs = 90_000;
export const maxLeadMs = 300_000;

// Requests.
/**
 * API Gateway closes a connection on which a frame of more than 32 KB comes, so nobody would say what is wrong with
 * it. Whatever else the server refuses it answers.
 */
export const usualMaxBytes = 32_000;
export const maxTries = 4;
export const maxRefLength = 64;
export const retryBaseMs = 200;
export const retryCapMs = 5_000;
/** The server knows a `ref` for 24 h (PROTOCOL.md 2.1); after that a repeat would be a second request. */
export const refLifeMs = 82_800_000;

// Topics.
/** React takes a component away and puts it back; so short a pause is none for the server. */
export const lingerMs = 1_000;
export const maxHelloTopics = 100;
/** An address has at most 4,096 characters at API Gateway. What does not fit is asked for by `hello`. */
export const maxNamedFeeds = 25;
/** Whatever a server says that it left out of a batch. */
export const maxSkipped = 1_000;
export const syncEveryMs = 60_000;
/** Whatever a server says, not one `sync` after the other. */
export const shortestSyncMs = 1_000;
