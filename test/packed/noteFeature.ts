import { readFileSync } from 'node:fs';

const guide = readFileSync(new URL('../../docs/app.md', import.meta.url), 'utf8');

/** The files of the guide's feature, by path: each step names one, and shows it. */
export const noteFiles: Readonly<Record<string, string>> = Object.fromEntries(
  guide.split(/^(?=\*\*\d\. )/m).flatMap((step) => {
    const path = /^.*?`([\w/.]+\.ts)`/.exec(step)?.[1];
    const text = /^```ts\n(.*?)^```/ms.exec(step)?.[1];
    return path !== undefined && text !== undefined ? [[path, text]] : [];
  }),
);

/** Two people with the shipped client: one reads what the other writes. */
export const twoClients = `
import { createClient } from '@tidings/client';
import { WebSocket } from 'ws';

const [, , url, issuer] = process.argv;
const connect = (user) =>
  createClient({
    url,
    WebSocket,
    async getToken() {
      const body = JSON.stringify({ user, tenant: 'acme-msp', roles: ['msp'] });
      const headers = { 'content-type': 'application/json' };
      return (await (await fetch(issuer + '/token', { method: 'POST', headers, body })).json()).token;
    },
  });
const [ria, sam] = [connect('ria'), connect('sam')];
const notes = ria.topic('notes', 'acme');
const read = new Promise((resolve) => notes.on('note.pinned', ({ payload }) => resolve(payload.note)));
await notes.joined();
await sam.request('note.pin', { clientId: 'acme', note: 'likes tea' });
console.log('ria read: ' + (await read));
ria.close();
sam.close();
`;
