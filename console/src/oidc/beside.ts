import type { Grant } from './grant.ts';
import type { Issuer } from './issuer.ts';

/** Signing in again in another tab, so that nothing of what is in this one is left. */
export interface Beside {
  /** What the other tab is to open. */
  readonly address: string;
  /** @throws SignInError */
  readonly grant: Promise<Grant>;
  stop(): void;
}

const name = 'tidings.signIn';

/** What tabs of this address tell each other: an answer that came, and that it was waited for. */
type Told = { readonly answer: string } | { readonly taken: string };

/** @throws SignInError where the issuer cannot be asked */
export async function signInBeside(issuer: Issuer): Promise<Beside> {
  const { address, begun } = await issuer.begin();
  const channel = new BroadcastChannel(name);
  const grant = new Promise<Grant>((resolve, reject) => {
    channel.onmessage = ({ data }: MessageEvent<Told>) => {
      const answer = new URLSearchParams('answer' in data ? data.answer : '');
      if (answer.get('state') !== begun.state) return;
      channel.onmessage = null;
      channel.postMessage({ taken: begun.state } satisfies Told);
      issuer.finish(answer, begun).then(resolve, reject);
    };
  });
  return { address, grant, stop: () => channel.close() };
}

/** Other tabs answer at once, if they are there. */
const patienceMs = 2_000;

/** Gives an answer that this tab did not ask for to the tab that did. @returns whether there is one */
export function handOver(answer: URLSearchParams): Promise<boolean> {
  const channel = new BroadcastChannel(name);
  return new Promise<boolean>((resolve) => {
    const late = setTimeout(() => resolve(false), patienceMs);
    channel.onmessage = ({ data }: MessageEvent<Told>) => {
      if (!('taken' in data) || data.taken !== answer.get('state')) return;
      clearTimeout(late);
      resolve(true);
    };
    channel.postMessage({ answer: String(answer) } satisfies Told);
  }).finally(() => channel.close());
}
