/** Where the stack is: that of `npm run dev`, unless VITE_WS_URL names another. */
export const url: string = import.meta.env.VITE_WS_URL ?? 'ws://127.0.0.1:4510/dev';

/**
 * On a laptop anybody may be anybody: the local issuer signs what it is asked for. In life this gives the token of
 * your own session.
 */
export async function getToken(): Promise<string> {
  const issuer = `${url.replace(/^ws/, 'http').replace(/\/[^/]*$/, '')}/issuer`;
  const answer = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user: 'eve', tenant: 'acme-msp', roles: ['msp'] }),
  });
  if (!answer.ok) throw new Error(`no token: ${answer.status}`);
  return ((await answer.json()) as { token: string }).token;
}
