import type { ErrorPayload, ServerFrame } from '@tidings/protocol';
import type { CommandContext } from './command.ts';
import { Failed, Refused, Unreachable } from './failures.ts';
import { credential, httpUrl, type ServerValues } from './server.ts';

export interface ActionCall {
  readonly action: string;
  readonly topic?: string | undefined;
  readonly payload?: object | undefined;
  readonly ref?: string | undefined;
}

const timeoutMs = 40_000;

/**
 * Runs an action over HTTP and gives the frame that answers it.
 *
 * @throws Refused with the error frame's code and message; Failed where there is no frame.
 */
export async function callAction(
  server: ServerValues,
  { env }: Pick<CommandContext, 'env'>,
  { action, topic, payload, ref }: ActionCall,
): Promise<ServerFrame> {
  const url = httpUrl(server, env);
  const token = await credential(server, env)();
  const again =
    ref === undefined ? '' : `; it may have happened: repeat it with --ref ${ref}, and it counts once`;
  const answer = await fetch(`${url}/actions/${encodeURIComponent(action)}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ ref, topic, payload }),
    signal: AbortSignal.timeout(timeoutMs),
  }).catch((cause: unknown) => {
    throw new Unreachable(`no answer from ${url}${wasNeverSent(cause) ? '' : again}`, { cause });
  });
  const frame = (await answer.json().catch(() => ({}))) as Partial<ServerFrame> & { message?: string };
  if (frame.type === 'error') throw refused(frame.payload as ErrorPayload, again);
  if (answer.ok && frame.type !== undefined) return { ...frame, type: frame.type };
  // Not Tidings but API Gateway has answered, or something in between.
  throw new Failed(`${url} answered with ${answer.status}: ${frame.message ?? 'no frame'}${again}`);
}

/** Whether there was nobody to send to. */
function wasNeverSent(error: unknown): boolean {
  const { code } = ((error as Error).cause ?? {}) as { code?: string };
  return code === 'ECONNREFUSED' || code === 'ENOTFOUND';
}

function refused({ code, message, retryable }: ErrorPayload, again: string): Refused {
  return new Refused(code, retryable ? message + again : message);
}
