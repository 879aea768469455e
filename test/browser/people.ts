import type { BrowserContext, Page } from 'playwright-core';
import type { LocalStack } from '../support/localStack.ts';
import { openTab } from './chromium.ts';
import type { RawPage } from './devtools.ts';
import type { Person, Tab } from './pages/tab.ts';

/** Calls a method of the tab in its page, and waits for what it promises. */
export type Call = <N extends keyof Tab>(
  name: N,
  ...given: Parameters<Tab[N]>
) => Promise<Awaited<ReturnType<Tab[N]>>>;

let tenants = 0;
/** A tenant that nobody else has. */
export const newTenant = () => `browser-${tenants++}`;

/** Somebody of the provider's staff. */
export const sam = (tenant: string): Person => ({ user: 'sam', tenant, roles: ['msp'] });

/** A user of the client `acme`. */
export const carla = (tenant: string): Person => ({
  user: 'carla',
  tenant,
  roles: ['client'],
  clients: ['acme'],
});

const calling = (run: (expression: string) => Promise<unknown>): Call =>
  ((name: string, ...given: unknown[]) => run(`tab.${name}(...${JSON.stringify(given)})`)) as Call;
const creating = (person: Person) => `globalThis.tab = createTab(${JSON.stringify(person)}); void 0`;

/** A tab of a person's, which has joined its topics. */
export async function tabOf(
  context: BrowserContext,
  httpUrl: string,
  person: Person,
): Promise<{ page: Page; call: Call }> {
  const page = await openTab(context, httpUrl, 'tab.ts');
  await page.evaluate(creating(person));
  const call = calling((expression) => page.evaluate(expression));
  await call('joined');
  return { page, call };
}

/** The same in a Chromium that lets its tabs be frozen. */
export async function rawTabOf(
  open: (url: string, program: string) => Promise<RawPage>,
  httpUrl: string,
  person: Person,
): Promise<{ page: RawPage; call: Call }> {
  const page = await open(`${httpUrl}/asyncapi.json`, 'tab.ts');
  await page.evaluate(creating(person));
  const call = calling((expression) => page.evaluate(expression));
  await call('joined');
  return { page, call };
}

/** Resolves when so many connections are open: the server learns a moment later that a browser has closed one. */
export async function untilSockets(stack: Pick<LocalStack, 'state'>, count: number): Promise<void> {
  while ((await stack.state()).openSockets !== count) await new Promise(setImmediate);
}

/** Does something through the HTTP API in the name of Sam of the provider's staff. */
export async function actAsStaff(
  { httpUrl, token }: { httpUrl: string; token: string },
  action: string,
  frame: { ref?: string; payload: object },
): Promise<{ total?: number; seq?: number }> {
  const answer = await fetch(`${httpUrl}/actions/${action}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify(frame),
  });
  const { payload } = (await answer.json()) as { payload: { total?: number; seq?: number; code?: string } };
  if (answer.status !== 200) throw new Error(`${action} was answered ${answer.status} ${payload.code}`);
  return payload;
}
