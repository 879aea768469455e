import { checkAddress } from '../options.ts';
import { unexplained } from './socket.ts';
import type { Status } from './status.ts';

/** Takes each status on its way to who looks at it, and hands it on to `show` with a better reason, now or once there is one. */
export type Diagnose = (show: (status: Status) => void) => (status: Status) => void;

const up =
  'the server is up: it refuses the token (401), the user or Origin (403), or one more (429), or failed (5xx)';
const down = 'the server is down or out of reach';

/**
 * Asks the server's HTTP API for its `/health`, once in an outage: a browser does not say why it could not connect.
 *
 * @param httpUrl `https://HOST`
 * @throws TidingsError `bad_request` for what is no address.
 */
export function askHealth(httpUrl: string): Diagnose {
  checkAddress('httpUrl', httpUrl, /^https?:[^#]+$/, 'https://HOST');
  const address = `${httpUrl.replace(/\/+$/, '')}/health`;
  return (show) => {
    let call: AbortController | undefined;
    let found: string | undefined;
    let last: Status | undefined;

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
      if (last && isUnexplained(last)) show({ ...last, reason: found });
    }

    return (status) => {
      last = status;
      if (/open|closed/.test(status.state)) {
        // The outage is over, or nobody wants to know.
        call?.abort();
        call = found = undefined;
      } else if (isUnexplained(status) && !call) {
        call = new AbortController();
        void ask(call);
      }
      show(found && isUnexplained(status) ? { ...status, reason: found } : status);
    };
  };
}

const isUnexplained = ({ reason = '' }: Status) => reason.endsWith(unexplained);
