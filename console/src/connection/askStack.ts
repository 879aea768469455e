import { askHealth, type Diagnose, type Status } from '@tidings/client';
import { readRefusals } from './readRefusals.ts';

/** The clocks of two machines, where the stack is at the other end of a tunnel. */
const clocksMs = 10_000;

/**
 * Of a laptop: as the client's `askHealth`, but why a handshake was refused in the stack's own words, which no browser is
 * told.
 */
export function askStack(httpUrl: string): Diagnose {
  const health = askHealth(httpUrl);
  return (show) => {
    let last: Status | undefined;
    let found: string | undefined;
    let triedAt = 0;

    async function explain(status: Status) {
      const [newest] = await readRefusals().catch(() => []);
      if (status !== last) return;
      const isOurs = newest && newest.at > triedAt - clocksMs;
      const reason = isOurs ? `the stack refused it with ${newest.status}: ${newest.why}` : status.reason;
      if (reason === found) return;
      found = reason;
      show({ ...status, ...(reason !== undefined && { reason }) });
    }

    return health((status) => {
      last = status;
      const isRefused = status.reason?.startsWith('the server is up') ?? false;
      if (status.state === 'connecting') triedAt = Date.now();
      if (!isRefused) {
        if (/open|closed/.test(status.state)) found = undefined;
        return show(status);
      }
      // What is known of the last attempt stands until this one is explained.
      show(found === undefined ? status : { ...status, reason: found });
      void explain(status);
    });
  };
}
