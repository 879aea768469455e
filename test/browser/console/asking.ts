import type { Person } from '../../../console/src/session/person.ts';
import type { LocalStack } from '../../support/localStack.ts';

/** Asks the stack for something over HTTP, as somebody. @returns the payload of the answer */
export async function ask(
  stack: LocalStack,
  person: Person,
  action: string,
  { topic, payload = {} }: { readonly topic?: string; readonly payload?: object } = {},
): Promise<Record<string, unknown>> {
  const answer = await fetch(`${stack.httpUrl}/actions/${action}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await stack.token(person)}`, 'content-type': 'application/json' },
    body: JSON.stringify({ ...(topic !== undefined && { topic }), payload }),
  });
  const frame = (await answer.json()) as { readonly payload: Record<string, unknown> };
  if (!answer.ok) throw new Error(`${action}: ${JSON.stringify(frame.payload)}`);
  return frame.payload;
}

/** Asks the stack for what only one on a laptop has. */
export async function askLocal(
  { httpUrl }: Pick<LocalStack, 'httpUrl'>,
  method: string,
  path: string,
  body?: object,
): Promise<Record<string, unknown>> {
  const answer = await fetch(`${httpUrl}/_local/${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
  return (await answer.json()) as Record<string, unknown>;
}

/** Cuts all connections, and lets none come until what it returns is called. */
export async function cutConnections(stack: LocalStack): Promise<() => Promise<unknown>> {
  await askLocal(stack, 'POST', 'faults', { op: 'connect', outcome: 'error', probability: 1 });
  await askLocal(stack, 'POST', 'kill', {});
  return () => askLocal(stack, 'DELETE', 'faults', { op: 'connect' });
}
