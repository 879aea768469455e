import type { WebSocketConstructor, WebSocketLike } from '@tidings/client';
import type { Journal } from '../journal.ts';
import { noteToken, type Pass } from '../users/tokens.ts';
import { unpacked } from '../users/unpacked.ts';
import type { Gateway, Line } from './gateway.ts';
import type { Scheduler } from './scheduler.ts';

export interface DialingParts {
  readonly name: string;
  readonly gateway: Gateway;
  readonly scheduler: Scheduler;
  readonly journal: Journal;
  /** The token's own rights; the client knows the text alone. */
  readonly passOf: (token: string) => Pass;
  readonly online: () => boolean;
  /** The server lets the socket in with this token, or took it in place of the former. */
  readonly onRights: (connectionId: string, pass: Pass) => void;
}

interface Asked {
  readonly action: string;
  readonly ref?: string;
  readonly payload?: { readonly token?: string };
}

type How = 'closed' | 'killed' | 'silent';
const abnormalClosure = 1006;
/** In which a dial without a network fails. */
const noRouteMs = 2000;

/**
 * Sockets as a browser has them, over the simulated gateway, and a journal of what goes through them.
 * They tell the client what a browser would: no status of a refused handshake, and nothing of a network that vanished.
 */
export function dialing(parts: DialingParts) {
  const { name, gateway, scheduler, journal, passOf } = parts;
  const open = new Set<DialedSocket>();

  class DialedSocket implements WebSocketLike {
    onopen: unknown;
    onmessage: unknown;
    onclose: unknown;
    onerror: unknown;
    private connectionId: string | undefined;
    private readonly line: Line | undefined;
    private readonly renewals = new Map<string, Pass>();

    constructor(url: string, protocols: readonly string[]) {
      if (!parts.online()) {
        scheduler.after(noRouteMs, () => this.end());
        return;
      }
      const token = (protocols[1] ?? '').slice('bearer.'.length);
      const pass = passOf(token);
      const { tenant, user } = pass.rights;
      open.add(this);
      const ears = {
        onOpen: (connectionId: string) => this.opened(connectionId, pass),
        onRefused: () => this.end(),
        onFrame: (text: string) => this.hear(text),
        onClose: () => this.end(),
      };
      const who = { device: name, tenant, user, iat: pass.issuedAt };
      this.line = gateway.dial(who, token, ears, new URL(url).search);
    }

    send(text: string): void {
      const { action, ref = '', ...rest } = JSON.parse(text) as Asked;
      const pass = action === 'auth' ? passOf(rest.payload?.token ?? '') : undefined;
      if (pass) {
        this.renewals.set(ref, pass);
        this.noteRights('renewing', pass);
      }
      if (action !== 'ping') journal.note('ask', { d: name, conn: this.connectionId, ref, action, ...rest });
      this.line?.send(text, ref);
    }

    close(): void {
      this.leave('closed');
    }

    /** The page hears nothing more; at the other end it shows sooner, later, or not at all. */
    leave(how: How): void {
      if (!open.delete(this)) return;
      journal.note('left', { d: name, conn: this.connectionId, how });
      this.line?.leave(how);
    }

    end(): void {
      open.delete(this);
      (this.onclose as (event: object) => void)({ code: abnormalClosure });
    }

    private opened(connectionId: string, pass: Pass) {
      this.connectionId = connectionId;
      this.noteRights('rights', pass);
      (this.onopen as (event: object) => void)({});
    }

    private hear(text: string) {
      unpacked(journal, name, this.connectionId, text);
      const { type, ref = '' } = JSON.parse(text) as { type?: string; ref?: string };
      const taken = type === 'ack' ? this.renewals.get(ref) : undefined;
      if (taken) this.noteRights('rights', taken);
      (this.onmessage as (event: object) => void)({ data: text });
    }

    private noteRights(kind: 'rights' | 'renewing', pass: Pass) {
      noteToken(journal, kind, { d: name, conn: this.connectionId }, pass);
      if (kind === 'rights') parts.onRights(String(this.connectionId), pass);
    }
  }

  return {
    WebSocket: DialedSocket as WebSocketConstructor,
    /** All sockets of the page end: with a word to the client, or with none. */
    cut(how: 'killed' | 'silent') {
      for (const socket of [...open]) {
        socket.leave(how);
        if (how === 'killed') socket.end();
      }
    },
  };
}
