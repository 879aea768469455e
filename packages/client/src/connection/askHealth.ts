import { checkAddress } from '../options.ts';

/** What is known of an outage of which the WebSocket says nothing. */
export interface Diagnosis {
  /** Why the server cannot be reached, once that is known. Begins to find out. */
  reason(): string | undefined;
  /** The outage is over. */
  forget(): void;
}

/** Finds out why attempts to connect fail, where the WebSocket does not say it. */
export type Diagnose = (onFound: () => void) => Diagnosis;

const up =
  'the server is up: it refuses the token (401), the user or the Origin (403), or one connection more (429)';
const down = 'the server is down or cannot be reached';

/**
 * Asks the server's HTTP door for its `/health`, once in an outage: a browser does not say why it could not connect.
 *
 * @param httpUrl `https://HOST`
 * @throws TidingsError `bad_request` for what is no address.
 */
export function askHealth(httpUrl: string): Diagnose {
  checkAddress('httpUrl', httpUrl, /^https?:$/, 'https://HOST');
  const address = `${httpUrl.replace(/\/+$/, '')}/health`;
  return (onFound) => {
    let call: AbortController | undefined;
    let found: string | undefined;

    async function ask(mine: AbortController) {
      let isUp = false;
      try {
        // Nothing of the answer is read, so a page needs nobody's leave.
        isUp = (await fetch(address, { mode: 'no-cors', signal: mine.signal })).status < 500;
      } catch {
        // Nobody answers.
      }
      if (mine !== call) return;
      found = isUp ? up : down;
      onFound();
    }

    return {
      reason() {
        if (!call) {
          call = new AbortController();
          void ask(call);
        }
        return found;
      },
      forget() {
        call?.abort();
        call = found = undefined;
      },
    };
  };
}
