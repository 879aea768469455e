import { clientFeatures as features } from '../../../features/clients.ts';
import { type Client, type ClientOptions, createClient, type Status } from '../src/index.ts';
import { createTestServer, type TestServer, type TestServerOptions } from '../testing/index.ts';

/** A client of a server in memory, with the features of this repository's own app. It is not connected yet. */
export function startClient(
  options: Partial<ClientOptions> = {},
  server: TestServer | TestServerOptions = {},
): { server: TestServer; client: Client; statuses: Status[] } {
  const made = 'publish' in server ? server : createTestServer(server);
  const client = createClient({ ...made.options, features, ...options });
  const statuses: Status[] = [];
  client.status.subscribe(() => statuses.push(client.status.getSnapshot()));
  return { server: made, client, statuses };
}

/** The same, connected. */
export async function openClient(
  options: Partial<ClientOptions> = {},
  server: TestServer | TestServerOptions = {},
) {
  const started = startClient(options, server);
  started.client.connect();
  await started.server.advance(0);
  return started;
}

/** How a promise ended, for a test that moves the time itself. */
export function outcomeOf(promise: Promise<unknown>): { value?: unknown; error?: unknown } {
  const outcome: { value?: unknown; error?: unknown } = {};
  promise.then(
    (value) => Object.assign(outcome, { value }),
    (error: unknown) => Object.assign(outcome, { error }),
  );
  return outcome;
}
