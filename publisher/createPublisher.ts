import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ErrorPayload, ServerFrame } from '@tidings/protocol';
import { PublishError } from './publishError.ts';

/** An app as its types: what `AppOf` makes of a list of features. */
export interface AppTypes {
  readonly actions: object;
}

type Part<A, P extends string> = A extends { readonly [K in P]: infer T } ? T : never;
/** The names of an app's actions. */
export type ActionOf<App extends AppTypes> = keyof App['actions'] & string;

/** What is asked of an action. */
export interface Publication<App extends AppTypes, N extends ActionOf<App> = ActionOf<App>> {
  readonly action: N;
  readonly payload: Part<App['actions'][N], 'payload'>;
  /** For an action on a topic: `room:lobby`. */
  readonly topic?: string;
  /** What makes a repeat count once, for 24 hours: 1 to 64 characters. @default a random one */
  readonly ref?: string;
}

/** What became of one of many. */
export type Outcome =
  | { readonly ref: string; readonly answer: object }
  | { readonly ref: string; readonly error: Error };

export interface PublisherOptions {
  /** The HTTP API of the stage: `https://HOST`. */
  readonly httpUrl: string;
  /** Brings the token of a service. `force`: the last one was refused. */
  getToken(options: { readonly force: boolean }): string | Promise<string>;
  /** How often one thing is tried. @default 5 */
  readonly maxTries?: number;
  /** How long one try may take, in milliseconds. @default 40000, longer than API Gateway lets a request be */
  readonly timeoutMs?: number;
  /** How many of a batch are under way at a time. @default 8 */
  readonly concurrency?: number;
  /** @default the platform's */
  readonly fetch?: typeof fetch;
  /** Waits for so many milliseconds. @default a timer */
  readonly wait?: (ms: number) => Promise<unknown>;
  /** Numbers from 0 to 1. @default Math.random */
  readonly random?: () => number;
}

/** Runs actions of a stage over HTTP, for services. */
export interface Publisher<App extends AppTypes> {
  /**
   * Runs one action, once, however often it has to be asked for.
   *
   * @returns the payload of the answer
   * @throws PublishError the server's refusal, or `unreachable`
   */
  publish<N extends ActionOf<App>>(
    publication: Publication<App, N>,
  ): Promise<Part<App['actions'][N], 'answer'>>;
  /** Runs many, some at a time and in no order. @returns what became of each, in the order in which they were given */
  publishAll(publications: readonly Publication<App>[]): Promise<readonly Outcome[]>;
}

const baseMs = 200;
const capMs = 10_000;

/**
 * @example
 * const publisher = createPublisher<App>({ httpUrl: 'https://abc.execute-api.eu-west-1.amazonaws.com', getToken });
 * await publisher.publish({ action: 'notification.send', payload: { userId: 'carla', kind: 'invoice', title: 'Ready' } });
 */
export function createPublisher<App extends AppTypes>(options: PublisherOptions): Publisher<App> {
  const { getToken, maxTries = 5, timeoutMs = 40_000, concurrency = 8 } = options;
  const { fetch: send = fetch, wait = sleep, random = Math.random } = options;
  const address = options.httpUrl.replace(/\/+$/, '');
  if (!/^https?:\/\/[^/]+/.test(address)) throw new TypeError('httpUrl: give https://HOST');

  async function publish(asked: Publication<App>): Promise<object> {
    const { ref = randomUUID() } = asked;
    let force = false;
    for (let tries = 1; ; tries++) {
      try {
        return await attempt(asked, ref, force);
      } catch (error) {
        if (!(error instanceof PublishError)) throw error;
        // A token that ran out is no fault of what is asked: a new one is tried once.
        const isStale: boolean = error.code === 'unauthenticated' && !force;
        force ||= isStale;
        if (tries >= maxTries || !(error.retryable || isStale)) throw error;
        const pauseMs = isStale ? 0 : random() * Math.min(capMs, baseMs * 2 ** tries);
        await wait((error.retryAfterMs ?? 0) + pauseMs);
      }
    }
  }

  async function attempt(
    { action, topic, payload }: Publication<App>,
    ref: string,
    force: boolean,
  ): Promise<object> {
    const token = await getToken({ force });
    let status = 0;
    let frame: Partial<ServerFrame> = {};
    try {
      const answer = await send(`${address}/actions/${encodeURIComponent(action)}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ ref, topic, payload }),
        signal: AbortSignal.timeout(timeoutMs),
      });
      ({ status } = answer);
      frame = (await answer.json()) as Partial<ServerFrame>;
    } catch (cause) {
      if (status === 0) throw unreachable(`no answer from ${address}`, ref, cause);
    }
    if (frame.type === 'error') throw new PublishError(frame.payload as ErrorPayload, ref);
    // Not Tidings but API Gateway has answered, or something in between.
    if (frame.type === undefined) throw unreachable(`${address} answered with ${status}`, ref);
    return frame.payload ?? {};
  }

  return {
    publish: publish as never,
    async publishAll(publications) {
      const outcomes: Outcome[] = [];
      const waiting = publications.entries();
      const work = async () => {
        for (const [at, asked] of waiting) {
          const one = { ...asked, ref: asked.ref ?? randomUUID() };
          outcomes[at] = await publish(one).then(
            (answer) => ({ ref: one.ref, answer }),
            (error: Error) => ({ ref: one.ref, error }),
          );
        }
      };
      await Promise.all(Array.from({ length: Math.max(1, concurrency) }, work));
      return outcomes;
    },
  };
}

const unreachable = (message: string, ref: string, cause?: unknown) =>
  new PublishError({ code: 'unreachable', message, retryable: true }, ref, cause);
