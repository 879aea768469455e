import { WebSocket } from 'ws';
import { greet } from './greet.ts';

const { STACK_URL: stackUrl = 'http://127.0.0.1:4510' } = process.env;
const stop = new AbortController();

async function getToken(): Promise<string> {
  const account = { user: 'greeter', tenant: 'acme-msp', roles: ['service'] };
  const answer = await fetch(`${stackUrl}/issuer/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(account),
  });
  if (!answer.ok) throw new Error(`no token: ${answer.status}`);
  return ((await answer.json()) as { token: string }).token;
}

// Node 22 has a WebSocket of its own.
const url = `${stackUrl.replace('http', 'ws')}/dev`;
const client = await greet({ url, getToken, WebSocket }, stop.signal);
console.error('The greeter is in the lobby. Say hello.');
process.on('SIGINT', () => {
  stop.abort();
  client.close();
});
