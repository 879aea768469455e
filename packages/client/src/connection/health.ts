import type { SocketEnd } from './socket.ts';

/** What the HTTP door says of attempts of which the WebSocket says nothing. */
export interface Health {
  /** The end of one, with why it failed once that is known. Asks for it once; after `forget` anew. */
  explain(end: SocketEnd): SocketEnd;
  forget(): void;
}

const up =
  'the server is up: it refuses the token (401), the user or the Origin (403), or one connection more (429)';
const down = 'the server is down or cannot be reached';

export function createHealth(httpUrl: string | undefined, onFound: (reason: string) => void): Health {
  let call: AbortController | undefined;
  let found: string | undefined;

  async function ask(mine: AbortController) {
    let isUp = false;
    try {
      const address = `${httpUrl?.replace(/\/+$/, '')}/health`;
      // Nothing of the answer is read, so a page needs nobody's leave.
      isUp = (await fetch(address, { mode: 'no-cors', signal: mine.signal })).status < 500;
    } catch {
      // Nobody answers.
    }
    if (mine !== call) return;
    found = isUp ? up : down;
    onFound(found);
  }

  return {
    explain(end) {
      if (!httpUrl || !end.isUntold) return end;
      if (!call) {
        call = new AbortController();
        void ask(call);
      }
      return found ? { reason: found } : end;
    },
    forget() {
      call?.abort();
      call = found = undefined;
    },
  };
}
