import type { Answer, ServerFrame } from '@tidings/protocol';
import { backoffMs } from '../base/backoff.ts';
import { maxLeadMs, minLeadMs, renewalPatienceMs } from '../base/bounds.ts';
import { type Clock, never } from '../base/clock.ts';
import { isNumber } from '../base/incoming.ts';
import type { Task } from '../base/timers.ts';
import { isToken, noToken } from '../options.ts';
import type { HelloAnswer, Socket } from './socket.ts';

/** Brings a token. `force`: one that was just made, for the last one was refused or ends soon. Nothing: the user has signed out. */
export type GetToken = (options: {
  readonly force: boolean;
}) => string | null | undefined | Promise<string | null | undefined>;

export interface RenewalOptions {
  readonly clock: Clock;
  random(): number;
  readonly getToken: GetToken;
  /** The socket in use; only while there is one is this task to be run. */
  socket(): Socket | undefined;
  ask(action: string, topic: undefined, payload: object, socket: Socket): Promise<ServerFrame>;
  onSignedOut(reason: string): void;
}

export interface Renewal extends Task {
  opened(answer: HelloAnswer): void;
}

/** Renews the token on the open connection before it expires (PROTOCOL.md 3.11). */
export function createRenewal(options: RenewalOptions): Renewal {
  const { clock, random, getToken, ask, socket } = options;
  let dueAt = never;
  /** How far the server's clock is ahead of this machine's, which may be minutes wrong. */
  let aheadMs = 0;
  let failures = 0;

  function plan(expiresAt: number) {
    const leftMs = expiresAt - aheadMs - clock.now();
    const lead = Math.min(Math.max(leftMs / 5, minLeadMs), maxLeadMs);
    dueAt = clock.now() + Math.max(leftMs - lead * (1 + random() / 10), 1_000);
  }

  async function renew(on: Socket) {
    const token = await getToken({ force: true });
    if (on !== socket()) return;
    if (!token) return options.onSignedOut('no token');
    // The connection is of use for as long as its last token: a better one is asked for meanwhile.
    if (!isToken(token)) throw new Error(noToken);
    const { expiresAt } = (await ask('auth', undefined, { token }, on)).payload as Partial<Answer<'auth'>>;
    if (!isNumber(expiresAt)) throw new Error('no answer');
    if (on !== socket()) return;
    failures = 0;
    plan(expiresAt);
  }

  return {
    opened({ expiresAt, serverNow }) {
      failures = 0;
      aheadMs = (serverNow ?? clock.now()) - clock.now();
      plan(expiresAt);
    },
    dueAt: () => dueAt,
    run() {
      const on = socket() as Socket;
      // A token that never comes is asked for again.
      dueAt = clock.now() + renewalPatienceMs;
      renew(on).catch((error: unknown) => {
        if (on !== socket()) return;
        const { code } = Object(error) as { readonly code?: unknown };
        // The token is of somebody else now: nothing of this connection is theirs.
        if (code === 'identity_mismatch') return on.fail('another user');
        // `forbidden`: the token was revoked. If its user was, the server is about to say so; if not, the next one is good.
        const pauseMs = code === 'forbidden' ? renewalPatienceMs * (failures + 1) : 5_000;
        dueAt = clock.now() + pauseMs + backoffMs(failures++, random());
      });
    },
  };
}
