import { randomBytes } from 'node:crypto';
import type { Authorized } from '../authorizeToken.ts';
import { opensUntil, requireLife } from '../connections/expiry.ts';
import { digest } from '../digest.ts';
import { keys } from '../keys.ts';
import type { Principal } from '../principal.ts';
import { codec } from '../rows.ts';
import type { Runtime } from '../runtime.ts';

const lifeMs = 30_000;

interface TicketRow {
  readonly principal: Principal;
  readonly expiresAt: number;
  readonly ttl: number;
}
const ticketCodec = codec<TicketRow>();

/**
 * Makes a one-time credential for a URL: 256 bits, valid for 30 s, and no longer than its token may open a
 * connection.
 *
 * @throws ProtocolError `unauthenticated` for a token that ends within a minute.
 */
export async function issueTicket(
  { table, clock }: Pick<Runtime, 'table' | 'clock'>,
  principal: Principal,
): Promise<{ ticket: string; expiresAt: number }> {
  const now = clock.now();
  requireLife(principal, now);
  const ticket = randomBytes(32).toString('base64url');
  const expiresAt = Math.min(now + lifeMs, opensUntil(principal));
  // Only a digest is stored, so nobody can connect with what is in the table.
  await table.write({
    put: ticketCodec.toRow(keys.ticket(digest(ticket)), {
      principal,
      expiresAt,
      ttl: Math.ceil(expiresAt / 1000) + 3600,
    }),
  });
  return { ticket, expiresAt };
}

const invalidTicket = { refused: 401, check: 'ticket' } as const;

/**
 * Uses a ticket up. Of two uses at once, the delete succeeds for one only. A text of another form costs no
 * read.
 */
export async function redeemTicket(
  { table, clock }: Pick<Runtime, 'table' | 'clock'>,
  ticket: string,
): Promise<Authorized> {
  if (!/^[A-Za-z0-9_-]{43}$/.test(ticket)) return invalidTicket;
  const { ok, before } = await table.write({ delete: keys.ticket(digest(ticket)), if: { is: 'present' } });
  if (!ok || !before) return invalidTicket;
  const { principal, expiresAt } = ticketCodec.fromRow(before);
  return expiresAt <= clock.now() ? invalidTicket : { principal };
}
