import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { portsNoBrowserConnectsTo } from '../../local/database/engine.ts';
import { type ListeningPort, listeningPorts } from '../support/listeningPorts.ts';
import { type StackProcess, startStackProcess } from '../support/stackProcess.ts';
import { bundle, inChromium, ownChromium } from './chromium.ts';

/** Names of the internet. To the browser they lead here, which is what DNS rebinding comes to. */
const evil = 'evil.example';
/** Leads to the engine's own address. */
const evilToo = 'too.evil.example';
let stack: StackProcess;
let ports: ListeningPort[];
let engine: ListeningPort;
let elsewhere: ReturnType<typeof createServer>;
/** An attacker may well know it: it is the same for everybody. */
let table: string;

beforeAll(async () => {
  stack = await startStackProcess(0);
  ports = listeningPorts(stack.pid).filter(({ port }) => !portsNoBrowserConnectsTo.includes(port));
  const found = listeningPorts(stack.pid).find(({ port }) => portsNoBrowserConnectsTo.includes(port));
  if (!found) throw new Error('the stack has no engine of its own');
  engine = found;
  table = await tableAt(`http://${engine.host}:${engine.port}`);
  elsewhere = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><body>');
  }).listen(0, '127.0.0.1');
  await once(elsewhere, 'listening');
});
afterAll(async () => {
  elsewhere.close();
  elsewhere.closeAllConnections();
  await stack.kill();
});

async function tableAt(endpoint: string): Promise<string> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials });
  const { TableNames: [name = ''] = [] } = await client.send(new ListTablesCommand({}));
  client.destroy();
  return name;
}

interface State {
  readonly rows: Record<string, number>;
  readonly databaseOperations: Record<string, number>;
  readonly nowMs: number;
}

async function state(): Promise<State> {
  return (await (await fetch(`${stack.httpUrl}/_local/state`)).json()) as State;
}

inChromium('a page of the internet', () => {
  const browser = ownChromium(() => [
    `--host-resolver-rules=MAP ${evil} 127.0.0.1, MAP ${evilToo} ${engine.host}`,
    // Chromium's own guard of the local network is young, and other browsers have none: the stack's must do.
    '--disable-features=LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests',
  ]);

  /** Opens a page at this address and gives it its program. Only the page itself comes from the attacker. */
  async function openEvil(url: string): Promise<Page> {
    const page = await browser().newPage();
    await page.route(url, (route) =>
      route.fulfill({ contentType: 'text/html', body: '<!doctype html><body>' }),
    );
    await page.goto(url);
    await page.addScriptTag({ content: await bundle('attacker.ts') });
    return page;
  }

  const attack = (page: Page, name: string, url: string): Promise<string> =>
    page.evaluate(
      ([which, where]) =>
        (globalThis as unknown as { attack: Record<string, (to: string) => Promise<string>> }).attack[
          which as string
        ]?.(where as string) ?? 'there is no such attack',
      [name, url],
    );

  /** Everything that a page could do, at each of these addresses. Resolves to what was said to it. */
  async function tryAll(page: Page, addresses: readonly string[]): Promise<string[]> {
    const said: string[] = [];
    for (const address of addresses) {
      const ws = address.replace('http', 'ws');
      for (const [name, url] of [
        ['list', address],
        ['scan', `${address}/#${table}`],
        ['put', `${address}/#${table}`],
        ['read', `${address}/_local/state`],
        ['readUnseen', `${address}/_local/state`],
        ['token', `${address}/issuer/token`],
        ['tokenAsText', `${address}/issuer/token`],
        ['clock', `${address}/_local/clock`],
        ['clockUnseen', `${address}/_local/clock`],
        ['beacon', `${address}/_local/clock`],
        ['beaconOfJson', `${address}/_local/clock`],
        ['socket', `${ws}/dev`],
        ['image', `${address}/`],
      ] as const) {
        said.push(`${name} ${url}: ${await attack(page, name, url)}`);
      }
    }
    return said;
  }

  test.each([
    ['that a visitor has open reads nothing here, writes nothing and moves no clock', false],
    ['whose name was pointed here after it was loaded does no more than that', true],
  ])('%s', async (_rule, rebound) => {
    const { port } = elsewhere.address() as AddressInfo;
    const before = await state();
    const origins = rebound ? ports.map((here) => `http://${evil}:${here.port}`) : [`http://${evil}:${port}`];
    for (const origin of origins) {
      const page = await openEvil(`${origin}/page`);
      const targets = rebound ? [origin] : ports.map((here) => `http://${here.host}:${here.port}`);
      for (const line of await tryAll(page, targets)) {
        // A page that was rebound is of the same origin as what it asks, so that it may read that it was refused.
        expect(line).toMatch(/: (no answer|opaque 0: |true|basic 403: .*Host must be.*)$/);
      }
      await page.close();
    }
    const after = await state();
    // The stack's own functions scan nothing and list no tables.
    expect(after.databaseOperations).not.toHaveProperty('Scan');
    expect(after.databaseOperations).not.toHaveProperty('ListTables');
    expect(after.rows).not.toHaveProperty('EVIL');
    expect(after.nowMs - before.nowMs).toBeLessThan(3_600_000);
  });

  test.each([
    ['the engine, though it knows where that is', false],
    ['the engine, to whose address its name was pointed', true],
  ])('does not reach %s', async (_rule, rebound) => {
    const { port } = elsewhere.address() as AddressInfo;
    const target = `http://${rebound ? evilToo : engine.host}:${engine.port}`;
    // A browser does not even open a page at the engine's port.
    const page = await openEvil(`http://${rebound ? evilToo : evil}:${port}/page`);
    for (const name of ['list', 'scan', 'put', 'read', 'readUnseen', 'socket', 'image']) {
      const url = name === 'socket' ? target.replace('http', 'ws') : `${target}/#${table}`;
      expect(`${name}: ${await attack(page, name, url)}`).toBe(`${name}: no answer`);
    }
    await page.close();
    expect((await state()).rows).not.toHaveProperty('EVIL');
  });

  test('is none of those that this machine serves, which may ask and read', async () => {
    const page = await openEvil('http://localhost:5173/page');
    // The front's own CORS headers are the API's: they let this page read, as the stage says.
    expect(await attack(page, 'read', `${stack.httpUrl}/health`)).toMatch(/^cors 200: /);
    await page.close();
  });
});
