/**
 * Asks the stack on this machine for what only it has.
 *
 * @throws Error with the stack's sentence
 */
export async function askLocal<T>(path: string, init: RequestInit & { json?: unknown } = {}): Promise<T> {
  const { json, ...rest } = init;
  const answer = await fetch(`/_local${path}`, {
    ...rest,
    ...(json !== undefined && {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(json),
    }),
  });
  const body = (await answer.json()) as T & { readonly message?: string };
  if (!answer.ok) throw new Error(body.message ?? `The stack answered ${answer.status}.`);
  return body;
}
