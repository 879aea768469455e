import type { HandshakeOutcome, OnHandshake } from '@tidings/gateway';
import { knownPrincipal } from '../../lambdas/principalContext.ts';

/**
 * Prints each connection that opens, or why the gateway refused a handshake. Of any other refusal a function has written its own
 * line, and of an error the gateway has.
 */
export function handshakeLines(wsUrl: string, log: (line: string) => void): OnHandshake {
  return (outcome) => {
    const { status, refusedBy } = outcome;
    if (refusedBy === undefined) log(connected(outcome));
    if (refusedBy === 'gateway')
      log(`a handshake was refused with ${status}: ${reasons(wsUrl)[status] ?? ''}`);
  };
}

/** Why a handshake was refused of which no function says so itself: before any ran, or since one failed. */
export function refusedByGateway(wsUrl: string, { status, refusedBy }: HandshakeOutcome) {
  if (refusedBy === 'gateway') return { status, check: 'gateway', why: reasons(wsUrl)[status] ?? '' };
  if (refusedBy === undefined || status < 500) return undefined;
  return { status, check: 'function', why: `${refusedBy} failed: the stack's own output says how` };
}

/** Names of users and tenants are in no line: what is printed may be kept, and told. */
function connected({ connectionId, authorizer }: HandshakeOutcome): string {
  const roles = knownPrincipal(authorizer)?.roles ?? [];
  return `connected: ${connectionId}${roles.length > 0 ? `, as ${roles.join(' and ')}` : ''}`;
}

const reasons = (wsUrl: string): Readonly<Record<number, string>> => ({
  400: 'it is malformed',
  403: `this stack is at ${wsUrl}`,
  414: 'its address is too long',
  429: 'too many came at once',
  503: 'the stack is stopping',
});
