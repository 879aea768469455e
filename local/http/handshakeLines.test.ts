import type { HandshakeOutcome } from '@tidings/gateway';
import { expect, test } from 'vitest';
import { packPrincipal } from '../../lambdas/principalContext.ts';
import { handshakeLines } from './handshakeLines.ts';

const wsUrl = 'ws://127.0.0.1:4510/dev';
function printed(outcome: HandshakeOutcome): string[] {
  const lines: string[] = [];
  handshakeLines(wsUrl, (line) => lines.push(line))(outcome);
  return lines;
}

const principal = {
  tenant: 'acme',
  userId: 'sam',
  roles: ['msp', 'client'],
  clients: [],
  expiresAt: 0,
  issuedAt: 0,
} as const;

test('a connection that opens is one line, with its id and its roles, and not whose it is', () => {
  const opened = { status: 101, connectionId: 'L0SM9cOFvHcCIhw=' };
  expect(printed({ ...opened, authorizer: packPrincipal(principal) })).toEqual([
    'connected: L0SM9cOFvHcCIhw=, as msp and client',
  ]);
  expect(printed(opened)).toEqual(['connected: L0SM9cOFvHcCIhw=']);
});

test('a wrong address is answered with the right one', () => {
  expect(printed({ status: 403, refusedBy: 'gateway' })).toEqual([
    `a handshake was refused with 403: this stack is at ${wsUrl}`,
  ]);
});

test('of what a function refused nothing is printed a second time', () => {
  expect(printed({ status: 401, refusedBy: 'authorizer' })).toEqual([]);
  expect(printed({ status: 429, refusedBy: '$connect' })).toEqual([]);
});
