import type { AnyClient } from '@tidings/client';
import { problemsOfDetails } from '../contract/form/check.ts';
import type { Problem } from '../contract/form/draft.ts';
import { isObject } from '../contract/jsonSchema.ts';

/** By which API. */
export type Via = 'socket' | 'http';

export interface Request {
  readonly action: string;
  readonly topic?: string;
  readonly payload: object;
  readonly ref: string;
  readonly via: Via;
}

/** What became of a request. */
export interface Outcome {
  readonly request: Request;
  /** Who asked, by name. */
  readonly by: string;
  /** Milliseconds since 1970 on this machine's clock. */
  readonly at: number;
  readonly tookMs: number;
  /** The payload of the answer, where it succeeded. */
  readonly answer?: Readonly<Record<string, unknown>>;
  readonly refusal?: Refusal;
}

export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
  readonly retryAfterMs?: number;
  readonly details: readonly Problem[];
  /** Of the HTTP API. */
  readonly status?: number;
}

/** Who asks. */
export interface Asker {
  readonly client: AnyClient<'request'>;
  readonly who: { readonly user?: string };
  fetch(path: string, init?: RequestInit): Promise<Response>;
}

/** Asks once, over the socket or over HTTP; whatever becomes of it is an answer. */
export async function sendRequest(asker: Asker, request: Request, signal?: AbortSignal): Promise<Outcome> {
  const at = Date.now();
  const begun = performance.now();
  const result = await (request.via === 'http'
    ? overHttp(asker, request, signal)
    : overSocket(asker, request, signal));
  return { request, by: asker.who.user ?? 'the token', at, tookMs: performance.now() - begun, ...result };
}

type Result = Pick<Outcome, 'answer' | 'refusal'>;

async function overSocket({ client }: Asker, request: Request, signal?: AbortSignal): Promise<Result> {
  const { action, topic, payload, ref } = request;
  try {
    const options = { ref, ...(topic !== undefined && { topic }), ...(signal && { signal }) };
    return { answer: Object(await client.request(action, payload, options)) };
  } catch (error) {
    return { refusal: toRefusal(signal?.aborted ? gaveUp : error) };
  }
}

const gaveUp = {
  code: 'given_up',
  message: 'You gave it up. It may have succeeded: send it again with the same ref to see.',
  retryable: true,
};

async function overHttp(asker: Asker, request: Request, signal?: AbortSignal): Promise<Result> {
  const { action, topic, payload, ref } = request;
  try {
    const answer = await asker.fetch(`/actions/${action}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ref, ...(topic !== undefined && { topic }), payload }),
      ...(signal && { signal }),
    });
    const frame: unknown = await answer.json().catch(() => undefined);
    const body = isObject(frame) && isObject(frame.payload) ? frame.payload : {};
    return answer.ok ? { answer: body } : { refusal: { ...toRefusal(body), status: answer.status } };
  } catch (error) {
    return { refusal: toRefusal(signal?.aborted ? gaveUp : error) };
  }
}

/** Of the client's error, of an error frame's payload, or of anything else that was thrown. */
function toRefusal(error: unknown): Refusal {
  const { code, message, retryable, retryAfterMs, details } = Object(error) as Partial<
    Record<string, unknown>
  >;
  return {
    code: typeof code === 'string' ? code : 'no_answer',
    message: typeof message === 'string' ? message : 'Nobody answered in the form of this protocol.',
    retryable: typeof code === 'string' ? retryable === true : true,
    ...(typeof retryAfterMs === 'number' && { retryAfterMs }),
    details: problemsOfDetails(details),
  };
}
