import { act, createElement, type ReactNode, StrictMode } from 'react';
import { createRoot, hydrateRoot } from 'react-dom/client';
import { onTestFinished } from 'vitest';
import type { Client } from '../src/index.ts';
import { TidingsProvider } from '../src/react/index.ts';
import type { TestServer } from '../testing/index.ts';
import { startClient } from './startClient.ts';

// The types of a DOM are not those of this program: it is Node that runs it.
interface Box {
  textContent: string;
  innerHTML: string;
}
const { document } = globalThis as unknown as {
  document: { createElement(tag: string): Box; body: { append(box: Box): void } };
};
Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

/** A page in memory whose components use a client of a server in memory. Time passes only by `advance`. */
export interface Page {
  readonly server: TestServer;
  readonly client: Client;
  text(): string;
  render(next: ReactNode): Promise<void>;
  /** Does something and lets it come to its end, for `ms` of the client's time. */
  after(run: () => unknown, ms?: number): Promise<void>;
}

export interface PageOptions {
  readonly strict?: boolean;
  /** What a server rendered, to be taken over. */
  readonly html?: string;
  readonly started?: ReturnType<typeof startClient>;
}

export async function renderPage(content: ReactNode, options: PageOptions = {}): Promise<Page> {
  const { server, client } = options.started ?? startClient();
  const box = document.createElement('div');
  document.body.append(box);
  const wrap = (inner: ReactNode) => {
    const provided = createElement(TidingsProvider, { client }, inner);
    return options.strict ? createElement(StrictMode, null, provided) : provided;
  };
  const settle = (ms: number) => act(() => server.advance(ms));
  box.innerHTML = options.html ?? '';
  const root = await act(() =>
    options.html === undefined
      ? createRoot(box as never, { onCaughtError: () => {} })
      : hydrateRoot(box as never, wrap(content), { onRecoverableError: () => {} }),
  );
  const page: Page = {
    server,
    client,
    text: () => box.textContent,
    async render(next) {
      await act(async () => root.render(wrap(next)));
      await settle(0);
    },
    async after(run, ms = 0) {
      await act(async () => {
        await run();
      });
      await settle(ms);
    },
  };
  onTestFinished(async () => {
    await act(() => root.unmount());
    client.close();
  });
  if (options.html === undefined) await page.render(content);
  else await settle(0);
  return page;
}
