import type { GetToken } from '@tidings/client';

/** The address of the stack, which `serve.ts` puts in. */
declare const STACK_URL: string;

/** What a tab connects with. In life the token is of your own session; here anybody may be anybody. */
export function signIn(user: string): { readonly url: string; readonly getToken: GetToken } {
  return {
    url: `${STACK_URL.replace('http', 'ws')}/dev`,
    async getToken() {
      const account = { user, tenant: 'acme-msp', roles: ['client', 'msp'], clients: ['acme'] };
      const answer = await fetch(`${STACK_URL}/issuer/token`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(account),
      });
      // To give nothing would mean that the user has signed out.
      if (!answer.ok) throw new Error(`no token: ${answer.status}`);
      return ((await answer.json()) as { token: string }).token;
    },
  };
}

/** A name for this tab. */
export function newName(): string {
  const names = ['Ada', 'Bo', 'Carla', 'Dev', 'Emi', 'Finn'];
  return (
    new URLSearchParams(location.search).get('user') ??
    names[Math.floor(Math.random() * names.length)] ??
    'Ada'
  );
}
