import { expect, test } from 'vitest';
import { toPrincipal } from '../core/principal.ts';
import { packPrincipal } from './principalContext.ts';

const names = { tenant: 'tenant', roles: 'roles', clients: 'client_ids' };
/** A user of so many clients, each with the longest id, and with the longest name. */
const userOf = (clients: number, subLength: number) =>
  toPrincipal(
    {
      sub: 'u'.repeat(subLength),
      tenant: 'tenant',
      roles: ['client'],
      client_ids: Array.from({ length: clients }, (_, n) => String(n).padStart(64, 'c')),
      exp: 2_000_000_000,
      iat: 1_900_000_000,
    },
    { claims: names },
  );

// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
const maxAuthorizerBytes = 8192;
/** What is in an authorizer's answer besides the context: the user's id once more, and the policy. */
const besides = (userId: string) => userId.length + 400;

test('whoever is let in by its token fits into what the authorizer may answer', () => {
  for (const subLength of [10, 512]) {
    const accepted = Array.from({ length: 81 }, (_, n) => userOf(n, subLength)).filter(
      (one) => 'userId' in one,
    );
    expect(accepted.length).toBeGreaterThan(60);
    for (const one of accepted) {
      const bytes = JSON.stringify(packPrincipal(one)).length + besides(one.userId);
      expect(bytes, `${one.clients.length} clients`).toBeLessThanOrEqual(maxAuthorizerBytes);
    }
  }
  expect(userOf(80, 10)).toHaveProperty('clients');
});
