import { type Client, type ClientOptions, createClient } from '../src/index.ts';

/** Shows how often which interaction of the client `acme` was recorded, from now on, and records a login. */
export async function quickStart(
  options: ClientOptions,
  show: (totals: Readonly<Record<string, number>>) => void,
): Promise<Client> {
  const client = createClient(options);
  const acme = client.topic('client', 'acme');
  acme.on('snapshot', ({ totals }) => show(totals));
  acme.on('interaction', ({ payload }) => show(payload.totals));
  await acme.joined();
  const { total } = await client.request('interaction.record', { clientId: 'acme', kind: 'login' });
  console.error(`that was login number ${total}`);
  return client;
}
